import { nextSettling, OPENING_ALARM, settleOpenings, type Site, type SiteEvent, siteFold } from '#domain/tenant-settings/index';
import { type EventStore, foldNew, StoreOutcomeUnknown, StoreUnavailable, type StreamAddress, type StreamFold } from '#event-store';
import { type Alarm, moveAlarms, readAlarmsOf, readDueAlarms } from '#leases';
import { type Partitioned, readHoursOfSites, type Sql } from './hours-rows.js';

const fold: StreamFold<Site, SiteEvent> = siteFold;

export interface RingOpeningsOptions {
  /** Only alarms that have been due for that long, ms. */
  readonly overdueMs: number;
  /** At most so many sites, the longest overdue first. */
  readonly limit: number;
  /** Told about a site whose openings cannot be told, by a fault of ours; its alarm stays, and the others ring. */
  readonly onFault: (error: unknown, alarm: Alarm) => void;
}

/**
 * Tells the openings of all sites whose alarm is due: turns with their nominal time, and whatever else follows from hours that changed.
 * Then each alarm moves to the next time. Safe for anybody at any time. Gives how many sites were looked at.
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading: nothing can be told at this moment
 */
export async function ringOpenings(sql: Sql, store: EventStore, options: RingOpeningsOptions): Promise<number> {
  const due = await readDueAlarms(sql, OPENING_ALARM, options.overdueMs, options.limit);
  await tellDue(sql, store, due, options.onFault);
  return due.length;
}

/** The same for some sites of a tenant at once, for whoever has just changed what decides them and wants it seen. */
export async function ringOpeningsOf(
  sql: Sql,
  store: EventStore,
  tenant: Partitioned,
  siteIds: readonly string[],
): Promise<void> {
  const alarms = await readAlarmsOf(sql, tenant.id, OPENING_ALARM, siteIds);
  // What cannot be told now keeps its alarm, and the timekeeper tells it.
  await tellDue(sql, store, alarms, () => undefined);
}

/** Sites told together: what follows from their hours takes some 100 µs each, in which nothing else is done. */
const TOGETHER = 500;
/** So that Postgres and the projector are at the first ones while the next are thought about. */
const SIDE_BY_SIDE = 3;

async function tellDue(sql: Sql, store: EventStore, due: readonly Alarm[], onFault: RingOpeningsOptions['onFault']): Promise<void> {
  // By tenant: with the hours of a site those of all its tenant's groups are read.
  const sorted = due.toSorted((a, b) => Number(a.tenantId > b.tenantId) - Number(a.tenantId < b.tenantId));
  let begun = 0;
  let fault: Error | undefined;
  const work = async (): Promise<void> => {
    while (begun < sorted.length && fault === undefined) {
      const some = sorted.slice(begun, (begun += TOGETHER));
      await tellSome(sql, store, some, onFault).catch((error: unknown) => (fault = error as Error));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  if (fault !== undefined) throw fault;
}

async function tellSome(sql: Sql, store: EventStore, due: readonly Alarm[], onFault: RingOpeningsOptions['onFault']): Promise<void> {
  const heads = await Promise.all(due.map((alarm) => store.load(streamOf(alarm), fold)));
  const hours = await readHoursOfSites(sql, due.map(({ tenantId, subjectId: siteId }) => ({ tenantId, siteId })));
  const moves: { rung: Alarm; next: number | null }[] = [];
  let away: Error | undefined;
  const tell = async (alarm: Alarm, i: number): Promise<void> => {
    const head = heads[i];
    const ofSite = hours[i];
    if (!head || !ofSite) return;
    try {
      const events = settleOpenings(ofSite, head.state, head.now);
      // Somebody else wrote meanwhile: the alarm stays due, and the next look decides anew.
      if (events.length > 0 && !(await append(store, alarm, head, events))) return;
      const present = head.state.standing === 'present';
      moves.push({ rung: alarm, next: present ? nextSettling(ofSite, head.state.timeZone, head.now) : null });
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown) away = error;
      else onFault(error, alarm);
    }
  };
  // All at once: they share the packs of the group commit, so ten thousand shops close within the second.
  await Promise.all(due.map(tell));
  await moveAlarms(sql, moves);
  if (away !== undefined) throw away;
}

async function append(
  store: EventStore,
  alarm: Alarm,
  head: { readonly version: number; readonly state: Site; readonly now: number },
  events: readonly SiteEvent[],
): Promise<boolean> {
  const commandId = store.newId();
  const outcome = await store.append({
    stream: streamOf(alarm),
    expectedVersion: head.version,
    events,
    decidedAt: head.now,
    state: foldNew(fold, head.state, head.version, events, head.now),
    stateVersion: fold.stateVersion,
    actor: { kind: 'system', id: OPENING_ALARM },
    commandId,
    correlationId: commandId,
  });
  return outcome.kind === 'appended';
}

function streamOf({ tenantId, partition, subjectId }: Alarm): StreamAddress {
  return { tenantId, partition, streamId: `${fold.category}-${subjectId}` };
}
