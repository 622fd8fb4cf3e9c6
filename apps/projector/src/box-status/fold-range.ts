import type { StoredEvent } from '#event-store';
import { type Agent, effectiveStatusOf } from '#domain/agent-presence/index';
import { type BoxChange, type BoxEvent, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import { applyWatched, type GapTurn } from '#domain/coverage/index';
import type { BoxRow, Cause } from '#read-model';
import type { AgentIntervalRow, GapRow, Projection } from '#read-model/write';

/**
 * Folds a range of one partition's log into its tenants and gives what the rows became. Pure but for the tenants it is handed, which
 * move on to the end of the range.
 *
 * @param range.from  position before the first event; `range.to` position of the last
 * @param tenants     the tenants of the events, as they stood at `range.from`
 * @param newEventId  makes the id of the SiteStatusChanged of a shown row from what it shows, the same one on every replay
 */
export function foldRange(
  range: { readonly partition: number; readonly from: number; readonly to: number },
  events: readonly StoredEvent[],
  tenants: ReadonlyMap<string, TenantBoxes>,
  newEventId: (causeEventId: string, change: BoxChange) => string,
): Projection {
  const changed = new ChangedRows();
  for (const event of events) {
    const boxes = tenants.get(event.tenantId);
    if (!boxes) throw new Error(`tenant ${event.tenantId} was not loaded before its events`);
    const agentId = (event.data as { agentId?: string }).agentId;
    const was = agentId === undefined ? undefined : boxes.agents.get(agentId);
    const { changes, gaps } = applyWatched(boxes, event as StoredEvent & BoxEvent);
    changed.note(event, boxes, changes);
    changed.noteGaps(event, gaps);
    const is = agentId === undefined ? undefined : boxes.agents.get(agentId);
    if (is && is !== was) changed.noteInterval(event, was, is);
    for (const change of changes) if (isVisible(change)) changed.noteShown(event, change, newEventId(event.eventId, change));
  }
  return { ...range, ...changed.rows(tenants) };
}

/** The shown log keeps what a visitor saw: a new announcement of the future (`next`) alone is no other status. */
function isVisible({ box, before }: BoxChange): boolean {
  return box.status !== before || box.removed;
}

/** The rows a range has touched so far. Rows are read from the fold at the end, once each, however often they moved. */
class ChangedRows {
  private readonly tenants = new Set<string>();
  private readonly agents = new Map<string, { tenantId: string; agentId: string }>();
  private readonly groups = new Map<string, { tenantId: string; groupId: string; at: number }>();
  private readonly sites = new Map<string, { tenantId: string; siteId: string; at: number }>();
  private readonly boxes = new Map<string, { tenantId: string; siteId: string; groupId: string | null }>();
  private readonly intervals = new Map<string, (AgentIntervalRow & { to: number | null })[]>();
  private readonly shown: Projection['shown'][number][] = [];
  private readonly gaps: GapRow[] = [];

  note(event: StoredEvent, boxes: TenantBoxes, changes: readonly BoxChange[]): void {
    const { tenantId, effectiveAt: at } = event;
    const { agentId, siteId, groupId, conversationId } = event.data as { agentId?: string; siteId?: string; groupId?: string; conversationId?: string };
    if (conversationId !== undefined) return; // moves no row here
    if (agentId !== undefined) {
      if (boxes.agents.has(agentId)) this.agents.set(`${tenantId} ${agentId}`, { tenantId, agentId });
    } else if (siteId !== undefined) this.touchSite(tenantId, siteId, at);
    else if (groupId !== undefined) this.touch(this.groups, `${tenantId} ${groupId}`, { tenantId, groupId, at });
    else this.tenants.add(tenantId);
    for (const change of changes) {
      this.touchSite(tenantId, change.siteId, at);
      const { siteId: onSite, groupId: ofGroup } = change;
      this.boxes.set(`${tenantId} ${onSite} ${ofGroup ?? ''}`, { tenantId, siteId: onSite, groupId: ofGroup });
    }
  }

  noteGaps({ tenantId }: StoredEvent, turns: readonly GapTurn[]): void {
    for (const { siteId, groupId, at, over } of turns) this.gaps.push({ tenantId, siteId, groupId, at, over });
  }

  noteInterval(event: StoredEvent, was: Agent | undefined, is: Agent): void {
    const status = effectiveStatusOf(is);
    if (was && effectiveStatusOf(was) === status) return;
    const { tenantId, position, effectiveAt: from } = event;
    const { agentId } = is;
    const key = `${tenantId} ${agentId}`;
    const opened = { tenantId, agentId, position, status, from, to: null, cause: causeOf(event) };
    const rows = this.intervals.get(key);
    if (!rows) return void this.intervals.set(key, [opened]);
    const open = rows.at(-1);
    if (open) open.to = from;
    rows.push(opened);
  }

  noteShown(event: StoredEvent, { siteId, groupId, box, before }: BoxChange, eventId: string): void {
    const { tenantId, recordedAt: shownFrom } = event;
    const { status, since, version, removed } = box;
    this.shown.push({ eventId, tenantId, siteId, groupId, before, status, since, version, removed, shownFrom, cause: causeOf(event) });
  }

  rows(tenants: ReadonlyMap<string, TenantBoxes>): Omit<Projection, 'partition' | 'from' | 'to'> {
    const of = (tenantId: string): TenantBoxes => tenants.get(tenantId) as TenantBoxes;
    return {
      tenants: [...this.tenants].map((tenantId) => of(tenantId).tenant),
      agents: [...this.agents.values()].map(({ tenantId, agentId }) => {
        const agent = of(tenantId).agents.get(agentId) as Agent;
        return { tenantId, agent, effectiveStatus: effectiveStatusOf(agent) };
      }),
      groups: [...this.groups.values()].flatMap(({ tenantId, groupId, at }) => {
        const group = of(tenantId).groups.get(groupId);
        return group ? [{ tenantId, group, at }] : [];
      }),
      sites: [...this.sites.values()].flatMap(({ tenantId, siteId, at }) => {
        const entry = of(tenantId).sites.get(siteId);
        return entry ? [{ tenantId, site: entry.site, version: entry.version, at }] : [];
      }),
      boxes: [...this.boxes.values()].flatMap(({ tenantId, siteId, groupId }): BoxRow[] => {
        const box = of(tenantId).sites.get(siteId)?.boxes.get(groupId ?? SITE_ITSELF);
        return box ? [{ tenantId, siteId, groupId, ...box }] : [];
      }),
      intervals: [...this.intervals.values()].flat(),
      shown: this.shown,
      gaps: this.gaps,
    };
  }

  private touchSite(tenantId: string, siteId: string, at: number): void {
    this.touch(this.sites, `${tenantId} ${siteId}`, { tenantId, siteId, at });
  }

  /** Keeps the first: `at` is when the thing was added, the database keeps the older one anyway. */
  private touch<T>(rows: Map<string, T>, key: string, row: T): void {
    if (!rows.has(key)) rows.set(key, row);
  }
}

function causeOf(event: StoredEvent): Cause {
  const { reason } = event.data as { reason?: string };
  return { eventId: event.eventId, type: event.type, actor: event.actor, ...(reason === undefined ? {} : { reason }) };
}
