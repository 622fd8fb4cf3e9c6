import type { Agent } from '../agent-presence/agent.js';
import type { Instant } from '../agent-presence/status.js';
import { emptyTenantBoxes, type TenantBoxes } from '../box-status/tenant-boxes.js';
import { type CoverageGap, CoverageGaps } from './coverage-gaps.js';
import type { LoggedFact } from './effect-order.js';
import { PastFold } from './past-fold.js';
import type { Period } from './periods.js';
import { type AgentStanding, agentStanding, Attendance, type BoxStanding, boxStanding } from './standing.js';

/** Milliseconds by standing. */
export type Spent<Standing extends string> = Readonly<Record<Standing, number>>;

/** What a report adds up: one thing (a box, an agent) over all periods, and over each. */
export interface Account<Standing extends string> {
  readonly total: Spent<Standing>;
  /** As the periods asked for; empty where they were not asked for. */
  readonly periods: readonly Spent<Standing>[];
}

/** Whose periods are told: always the site's. Of many agents over many periods nobody could read the others. */
export interface Detailed {
  readonly groupId?: string | undefined;
  readonly agentId?: string | undefined;
}

export interface Availability {
  readonly site: Account<BoxStanding>;
  /** Groups that were there at some time of the range, by id. */
  readonly groups: ReadonlyMap<string, Account<BoxStanding>>;
  /** Agents who were there at some time of the range, with or without a change in it (behaviour D24). */
  readonly agents: ReadonlyMap<string, Account<AgentStanding>>;
  /** In which nobody was there, as it was told then; those that reach into the range, of the site and its groups. */
  readonly gaps: readonly CoverageGap[];
}

export const NO_BOX: Spent<BoxStanding> = { online: 0, unattended: 0, busy: 0, 'outside-hours': 0, missed: 0, closed: 0 };
const NO_AGENT: Spent<AgentStanding> = { online: 0, unattended: 0, busy: 0, offline: 0 };

/**
 * Adds up how long a site, its groups and the tenant's agents stood how (behaviour D24). Box time is that of the box, a union over
 * agents and never their sum. Facts come in the order in which they became true; `end` gives the report.
 *
 * @param periods the range, cut without gaps; in it all time is counted once
 * @param begin   the tenant before the first fact that will come, if that is not the tenant's first and lies before the range. It moves on.
 */
export class AvailabilityCount {
  private readonly fold: PastFold;
  private readonly attendance = new Attendance();
  private readonly site: Running<BoxStanding>;
  private readonly groups = new Map<string, Running<BoxStanding>>();
  private readonly agents = new Map<string, Running<AgentStanding>>();
  private readonly gaps: CoverageGaps;

  constructor(
    private readonly siteId: string,
    private readonly periods: readonly Period[],
    private readonly detailed: Detailed = {},
    begin: TenantBoxes = emptyTenantBoxes(),
  ) {
    this.fold = new PastFold(begin);
    this.site = new Running(periods, NO_BOX);
    this.gaps = new CoverageGaps(siteId, begin.sites.get(siteId)?.site);
    this.attendance.recount(begin);
    for (const agent of begin.agents.values()) this.turnAgent(-Infinity, agent);
    for (const groupId of begin.groups.keys()) this.of(this.groups, groupId, NO_BOX);
    this.turnBoxes(-Infinity);
  }

  take(fact: LoggedFact): void {
    const { boxes } = this.fold;
    const { agentId, groupId, siteId, tenantId } = fact.data as { agentId?: string; groupId?: string | null; siteId?: string; tenantId?: string };
    const was = agentId === undefined ? undefined : boxes.agents.get(agentId);
    this.fold.apply(fact);
    this.gaps.take(fact);
    const at = fact.effectiveAt;
    if (agentId !== undefined) {
      const is = boxes.agents.get(agentId);
      this.attendance.agentChanged(boxes, was, is);
      if (is) this.turnAgent(at, is);
    } else if (siteId === undefined && typeof groupId === 'string') {
      this.attendance.recount(boxes);
      this.of(this.groups, groupId, NO_BOX);
    } else if (siteId !== this.siteId && tenantId === undefined) return; // another site, or nothing that boxes show
    this.turnBoxes(at);
  }

  /** The report; the last facts last until the end of the range. */
  end(): Availability {
    const closed = <S extends string>(all: ReadonlyMap<string, Running<S>>) => {
      const accounts = [...all].map(([id, running]) => [id, running.end()] as const);
      return new Map(accounts.filter(([, { total }]) => Object.values<number>(total).some((ms) => ms > 0)));
    };
    const gaps = this.gaps.within(this.periods[0]?.from ?? 0, this.periods.at(-1)?.to ?? 0);
    return { site: this.site.end(), groups: closed(this.groups), agents: closed(this.agents), gaps };
  }

  private turnAgent(at: Instant, agent: Agent): void {
    this.of(this.agents, agent.agentId, NO_AGENT).turn(at, agent.standing === 'removed' ? null : agentStanding(agent));
  }

  private turnBoxes(at: Instant): void {
    const { boxes } = this.fold;
    const site = boxes.sites.get(this.siteId)?.site;
    if (!site) return;
    this.site.turn(at, boxStanding(boxes, site, null, this.attendance));
    for (const [groupId, running] of this.groups) running.turn(at, boxStanding(boxes, site, groupId, this.attendance));
  }

  private of<S extends string>(all: Map<string, Running<S>>, id: string, none: Spent<S>): Running<S> {
    const known = all.get(id);
    if (known) return known;
    const detailed = id === this.detailed.groupId || id === this.detailed.agentId;
    const running = new Running<S>(detailed ? this.periods : whole(this.periods), none, detailed);
    all.set(id, running);
    return running;
  }
}

function whole(periods: readonly Period[]): Period[] {
  const [first, last] = [periods[0], periods.at(-1)];
  return first && last ? [{ ...first, to: last.to }] : [];
}

/** One thing's time, while the facts go by. */
class Running<Standing extends string> {
  private readonly spent: Record<Standing, number>[];
  private is: Standing | null = null;
  private since: Instant = -Infinity;
  /** The period in which `since` lies; those before are done. */
  private current = 0;

  constructor(
    private readonly periods: readonly Period[],
    private readonly none: Spent<Standing>,
    private readonly detailed = true,
  ) {
    this.spent = periods.map(() => ({ ...none }));
  }

  turn(at: Instant, to: Standing | null): void {
    if (to === this.is) return;
    this.pass(at);
    this.is = to;
  }

  end(): Account<Standing> {
    this.pass(this.periods.at(-1)?.to ?? this.since);
    const total: Record<Standing, number> = { ...this.none };
    for (const period of this.spent) for (const standing of Object.keys(period) as Standing[]) total[standing] += period[standing];
    return { total, periods: this.detailed ? this.spent : [] };
  }

  private pass(at: Instant): void {
    for (; this.current < this.periods.length; this.current += 1) {
      const { from, to } = this.periods[this.current] as Period;
      const spent = this.spent[this.current] as Record<Standing, number>;
      if (this.is !== null) spent[this.is] += Math.max(0, Math.min(at, to) - Math.max(this.since, from));
      if (to > at) break;
    }
    this.since = Math.max(this.since, at);
  }
}
