import { type Fact, isActive, newest, openSessions } from './reference-decisions.js';
import type { Word } from './wish.js';

/** What a box shows after some fact. */
export interface ReferenceBox {
  readonly status: Word;
  readonly since: number;
  readonly version: number;
  /** The known future: what statuses for a while will make of it (D15, D21). */
  readonly next: { readonly at: number; readonly status: Word } | null;
  /** Its group was deleted. */
  readonly removed: boolean;
}

export interface ReferenceSite {
  readonly version: number;
  readonly removed: boolean;
  /** The site's own under `''`, the groups' under their ids. */
  readonly boxes: ReadonlyMap<string, ReferenceBox>;
}

/** One change of one box, caused by one fact. */
export interface ReferenceChange {
  readonly eventId: string;
  readonly siteId: string;
  readonly groupId: string;
  readonly before: Word | null;
  readonly box: ReferenceBox;
}

/** A tenant as visitors see it after the first n facts. */
export interface View {
  readonly sites: ReadonlyMap<string, ReferenceSite>;
  readonly agents: ReadonlyMap<string, Word>;
  readonly changes: readonly ReferenceChange[];
}

const EMPTY: View = { sites: new Map(), agents: new Map(), changes: [] };

/**
 * The help page, executed by looking: after every fact of a tenant it goes through the whole list again and asks who is there, what
 * they want and for whom they count (rules 4-7, D2, D3, D6, D19, D20), then what visitors see differently (architecture 6, "Version").
 * Shares no line with libs/domain, and is slow on purpose.
 */
export class ReferenceTenant {
  readonly facts: Fact[] = [];
  private readonly views: View[] = [EMPTY];

  add(fact: Fact, eventId: string): void {
    this.facts.push(fact);
    this.views.push(this.nextView(fact, eventId));
  }

  /** The tenant after its first n facts. */
  view(n = this.facts.length): View {
    return this.views[n] as View;
  }

  /** Everything this site ever showed under a version, for a group (`''`: none): a visitor may be told this and nothing else. */
  everShown(siteId: string, groupId: string): Map<number, Word> {
    const shown = new Map<number, Word>();
    for (const { sites } of this.views) {
      const payload = payloadOf(sites.get(siteId), groupId);
      if (payload) shown.set(payload.version, payload.status);
    }
    return shown;
  }

  private nextView(fact: Fact, eventId: string): View {
    const before = this.views.at(-1) as View;
    const present = this.idsOf('Group');
    const groups = present.all.filter((id) => !present.gone.has(id));
    const statuses = new Map(['', ...groups].map((id) => [id, this.statusOf(id, new Set(groups))]));
    const future = new Map([...statuses].map(([id, status]) => [id, this.nextOf(id, new Set(groups), status)]));
    const sites = new Map<string, ReferenceSite>();
    const changes: ReferenceChange[] = [];
    const known = this.idsOf('Site');
    for (const siteId of known.all) {
      const was = before.sites.get(siteId) ?? { version: 0, removed: false, boxes: new Map<string, ReferenceBox>() };
      const note = (change: Omit<ReferenceChange, 'eventId'>): void => void changes.push({ eventId, ...change });
      if (!known.gone.has(siteId)) sites.set(siteId, this.nextSite(siteId, was, { statuses, future }, fact, note));
      else sites.set(siteId, was.removed ? was : this.lastSight(siteId, was, fact, note));
    }
    return { sites, agents: this.effectiveStatuses(), changes };
  }

  private nextSite(
    siteId: string,
    was: ReferenceSite,
    { statuses, future }: { statuses: ReadonlyMap<string, Word>; future: ReadonlyMap<string, ReferenceBox['next']> },
    fact: Fact,
    note: (change: Omit<ReferenceChange, 'eventId'>) => void,
  ): ReferenceSite {
    const shown = [...statuses].map(([groupId, status]) => ({ groupId, status, removed: false }));
    const deleted = fact.type === 'GroupRemoved' && was.boxes.has(fact.data.groupId);
    if (deleted) shown.push({ groupId: fact.data.groupId, status: statuses.get('') as Word, removed: true });
    const isAs = (box: ReferenceBox | undefined, groupId: string, status: Word): boolean =>
      box?.status === status && JSON.stringify(box.next) === JSON.stringify(future.get(groupId));
    const moved = shown.filter(({ groupId, status, removed }) => removed || !isAs(was.boxes.get(groupId), groupId, status));
    if (moved.length === 0) return was;
    const version = was.version + 1;
    const boxes = new Map(was.boxes);
    for (const { groupId, status, removed } of moved) {
      const old = was.boxes.get(groupId);
      const since = old?.status === status && !removed ? old.since : Math.max(fact.at, old?.since ?? fact.at);
      const box = { status, since, version, next: future.get(removed ? '' : groupId) ?? null, removed };
      boxes.set(groupId, box);
      note({ siteId, groupId, before: old?.status ?? null, box });
    }
    return { version, removed: false, boxes };
  }

  /** A site is removed: what its boxes showed, they showed until then (D25). */
  private lastSight(siteId: string, was: ReferenceSite, fact: Fact, note: (change: Omit<ReferenceChange, 'eventId'>) => void): ReferenceSite {
    const version = was.version + 1;
    const boxes = new Map(was.boxes);
    for (const [groupId, old] of was.boxes) {
      if (old.removed) continue;
      const box = { status: old.status, since: Math.max(fact.at, old.since), version, next: null, removed: true };
      boxes.set(groupId, box);
      note({ siteId, groupId, before: old.status, box });
    }
    return { version, removed: true, boxes };
  }

  /** When a status for a while will change the box, and to what. */
  private nextOf(groupId: string, groups: ReadonlySet<string>, status: Word): ReferenceBox['next'] {
    const ends = this.facts.flatMap(({ data }) => (data.until === undefined ? [] : [Date.parse(data.until)])).sort((a, b) => a - b);
    for (const at of ends) {
      const then = this.statusOf(groupId, groups, at);
      if (then !== status) return { at, status: then };
    }
    return null;
  }

  /** Rules 6 and 7, D3, D6, D19, D20; `then`: as it will be when the statuses for a while that end by then have ended. */
  private statusOf(groupId: string, groups: ReadonlySet<string>, then?: number): Word {
    const plan = newest(this.facts, { TenantAdded: 'plan', PlanChanged: 'to' });
    const asSite = groupId === '' || plan !== 'pro';
    const switches = this.facts.filter((f) => f.data.groupId === groupId && (f.type === 'GroupEnabled' || f.type === 'GroupDisabled'));
    if (!asSite && switches.at(-1)?.type === 'GroupDisabled') return 'offline';
    let best: Word = 'offline';
    for (const [agentId, status] of this.effectiveStatuses(then)) {
      const own = this.factsOf(agentId);
      const memberships = ((newest(own, { AgentAdded: 'groupIds', AgentGroupsChanged: 'to' }) ?? []) as string[]).filter((id) =>
        groups.has(id),
      );
      if (!asSite && memberships.length > 0 && !memberships.includes(groupId)) continue;
      if (status === 'online') return 'online';
      if (status === 'busy') best = 'busy';
    }
    return best;
  }

  /** D2, for every agent there ever was. */
  private effectiveStatuses(then = Number.NEGATIVE_INFINITY): Map<string, Word> {
    const statuses = new Map<string, Word>();
    for (const agentId of new Set(this.facts.filter((f) => f.type === 'AgentAdded').map((f) => f.data.agentId as string))) {
      const own = this.factsOf(agentId);
      const there = isActive(own) && openSessions(own).length > 0;
      const intent = newest(own, { StatusChanged: 'to', StatusTimerEnded: 'to' }) ?? 'offline';
      const timed = own.filter(({ type }) => type === 'StatusChanged' || type === 'StatusTimerEnded').at(-1)?.data;
      const isOver = timed?.until !== undefined && Date.parse(timed.until) <= then;
      statuses.set(agentId, there ? (isOver ? timed.restores : intent) : 'offline');
    }
    return statuses;
  }

  private factsOf(agentId: string): Fact[] {
    return this.facts.filter((fact) => fact.data.agentId === agentId);
  }

  private idsOf(thing: 'Group' | 'Site'): { all: string[]; gone: Set<string> } {
    const id = thing === 'Group' ? 'groupId' : 'siteId';
    const ids = (type: string): string[] => this.facts.filter((f) => f.type === type).map((f) => f.data[id] as string);
    return { all: ids(`${thing}Added`), gone: new Set(ids(`${thing}Removed`)) };
  }
}

/** What the widget's door answers for a site and a group asked for (D19): an unknown or deleted group answers as the site. */
export function payloadOf(site: ReferenceSite | undefined, groupId: string): { status: Word; version: number } | null {
  const own = site?.boxes.get('');
  if (!site || !own || site.removed) return null;
  const asked = groupId === '' ? undefined : site.boxes.get(groupId);
  if (asked && !asked.removed) return { status: asked.status, version: asked.version };
  return { status: own.status, version: Math.max(own.version, asked?.version ?? 0) };
}
