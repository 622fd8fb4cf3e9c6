import { type Agent, type Instant } from '#domain/agent-presence/index';
import { type Box, emptyTenantBoxes, recount, type SiteBoxes, type TenantBoxes } from '#domain/box-status/index';
import { type AgentSubject, type BoxSubject, IntervalTrack, PastFold, type PastInterval } from '#domain/past/index';
import type { Group, Site, Tenant } from '#domain/tenant-settings/index';
import type { Fact } from './facts.js';

type Subject = AgentSubject | BoxSubject;

/** An interval that is over, and whose it was. */
export interface Over {
  readonly of: Subject;
  readonly interval: PastInterval;
}

/** A reading as plain data. */
export interface ReadingState {
  readonly tenant: Tenant;
  readonly agents: readonly Agent[];
  readonly groups: readonly (readonly [groupId: string, group: Group])[];
  readonly sites: readonly { readonly siteId: string; readonly site: Site; readonly version: number; readonly boxes: readonly (readonly [string, Box])[] }[];
  /** The intervals that are not over for good, of everything that has any. */
  readonly tracks: readonly (readonly [of: Subject, left: readonly PastInterval[]])[];
}

/** A tenant's past as far as it was read in one order of its facts: how everything stands, and since when. */
export class Reading {
  private constructor(
    readonly fold: PastFold,
    private readonly tracks: Map<string, { readonly of: Subject; readonly track: IntervalTrack }>,
  ) {}

  static from(state: ReadingState | null): Reading {
    if (state === null) return new Reading(new PastFold(), new Map());
    const boxes: TenantBoxes = {
      ...emptyTenantBoxes(),
      tenant: state.tenant,
      agents: new Map(state.agents.map((agent) => [agent.agentId, agent])),
      groups: new Map(state.groups),
      sites: new Map(state.sites.map(({ siteId, site, version, boxes: ofSite }): [string, SiteBoxes] => [siteId, { site, version, boxes: new Map(ofSite) }])),
    };
    recount(boxes);
    return new Reading(new PastFold(boxes), new Map(state.tracks.map(([of, left]) => [keyOf(of), { of, track: new IntervalTrack(left) }])));
  }

  get state(): ReadingState {
    const { tenant, agents, groups, sites } = this.fold.boxes;
    return {
      tenant,
      agents: [...agents.values()],
      groups: [...groups],
      sites: [...sites].map(([siteId, { site, version, boxes }]) => ({ siteId, site, version, boxes: [...boxes] })),
      tracks: [...this.tracks.values()].map(({ of, track }) => [of, track.rest()]),
    };
  }

  /** Takes the next fact of this order. Gives the intervals that are over for good by it. @param at when it happened, in this order */
  take(fact: Fact, at: Instant): Over[] {
    const over: Over[] = [];
    for (const turn of this.fold.apply(fact, at)) {
      const key = keyOf(turn.of);
      let entry = this.tracks.get(key);
      if (!entry) this.tracks.set(key, (entry = { of: turn.of, track: new IntervalTrack() }));
      const interval = entry.track.turn(turn);
      if (interval) over.push({ of: turn.of, interval });
    }
    return over;
  }

  /** What is not over for good, of a box or an agent. */
  left(of: Subject): PastInterval[] {
    return this.tracks.get(keyOf(of))?.track.rest() ?? [];
  }

  /** How many things it holds: what it costs to keep. */
  get weight(): number {
    const { agents, groups, sites } = this.fold.boxes;
    return agents.size + groups.size * (1 + sites.size) + sites.size;
  }
}

function keyOf(of: Subject): string {
  return 'agentId' in of ? `agent ${of.agentId}` : `box ${of.siteId} ${of.groupId ?? ''}`;
}

export function isSame(one: Subject, other: Subject): boolean {
  return keyOf(one) === keyOf(other);
}
