import {
  type Extended, extendedHours, extendGroupHolidays, extendSiteHolidays, type Group, type GroupEvent, groupFold, HOLIDAYS_ALARM, nextExtension,
  type Site, type SiteEvent, siteFold, type WriteOut,
} from '#domain/tenant-settings/index';
import type { OpeningHours } from '#domain/opening-hours/index';
import { type EventStore, handleCommand, type NewEvent, StoreOutcomeUnknown, StoreUnavailable, type StreamFold } from '#event-store';
import { type Alarm, moveAlarms, readAlarmsOf, readDueAlarms, setAlarm } from '#leases';
import { type HoursOwner, type Partitioned, readHours, type Sql, wakeSites, writeHours } from './hours-rows.js';

/** Holidays of groups and sites whose month is over, handled at a time: each is a transaction of its own. */
const AT_A_TIME = 20;
/** A calendar that cannot be written out is tried again after so long, ms. */
const AGAIN_MS = 3_600_000;
/** Where a group's hours name no zone, its month ends by this one: it has no place of its own. */
const NO_PLACE = 'UTC';

export interface ExtendHolidaysOptions {
  readonly limit: number;
  /** Loads the calendars of holidays; asked only when something is due. */
  readonly load: () => Promise<WriteOut>;
  /** Sites of a tenant, ids: a group's holidays may concern all of them. */
  readonly sitesOf: (sql: Sql, tenantId: string) => Promise<string[]>;
  /** Told about an owner whose holidays cannot be extended, by a fault of ours; it is tried again later, and the others go on. */
  readonly onFault: (error: unknown, alarm: Alarm) => void;
}

/** Sets when the holidays of these hours are extended next; in the transaction that writes them out. Without holidays nothing is due. */
export async function scheduleExtension(
  sql: Sql,
  tenant: Partitioned,
  owner: HoursOwner,
  hours: OpeningHours | null,
  timeZone: string,
  now: number,
): Promise<void> {
  if (!hours?.publicHolidays) return;
  const dueAt = nextExtension(hours.timeZone ?? timeZone, now);
  await setAlarm(sql, { tenantId: tenant.id, partition: tenant.partition, kind: HOLIDAYS_ALARM, subjectId: `${owner.kind}-${owner.id}`, dueAt });
}

/**
 * Writes the holidays out that are due (behaviour D28): rows, event and the next alarm in one transaction, so that a process that dies
 * repeats nothing and misses nothing; after months away one extension brings all of them. Gives how many were due.
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading
 */
export async function extendDueHolidays(sql: Sql, store: EventStore, options: ExtendHolidaysOptions): Promise<number> {
  const due = await readDueAlarms(sql, HOLIDAYS_ALARM, 0, options.limit);
  if (due.length === 0) return 0;
  const writeOut = await options.load();
  for (let start = 0; start < due.length; start += AT_A_TIME) {
    await Promise.all(due.slice(start, start + AT_A_TIME).map((alarm) => extendOne(sql, store, alarm, writeOut, options)));
  }
  return due.length;
}

async function extendOne(sql: Sql, store: EventStore, alarm: Alarm, writeOut: WriteOut, { sitesOf, onFault }: ExtendHolidaysOptions): Promise<void> {
  const { kind, id } = ownerOf(alarm);
  const sites = kind === 'site' ? () => Promise.resolve([id]) : (client: Sql) => sitesOf(client, alarm.tenantId);
  try {
    if (kind === 'site') {
      const zoneOf = ({ timeZone }: Site): string => timeZone;
      await extend<Site, SiteEvent>(sql, store, alarm, { fold: siteFold, zoneOf, tell: extendSiteHolidays, writeOut, sites });
    } else {
      await extend<Group, GroupEvent>(sql, store, alarm, { fold: groupFold, zoneOf: () => NO_PLACE, tell: extendGroupHolidays, writeOut, sites });
    }
  } catch (error) {
    if (error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown) throw error;
    onFault(error, alarm);
    await moveAlarms(sql, [{ rung: alarm, next: alarm.dueAt + AGAIN_MS }]);
  }
}

interface How<S, E> {
  readonly fold: StreamFold<S, E & NewEvent>;
  readonly zoneOf: (state: S) => string;
  readonly tell: (told: Extended['told'], state: S) => E[];
  readonly writeOut: WriteOut;
  readonly sites: (sql: Sql) => Promise<string[]>;
}

async function extend<S, E extends NewEvent>(sql: Sql, store: EventStore, alarm: Alarm, how: How<S, E>): Promise<void> {
  const { tenantId, partition, subjectId: streamId } = alarm;
  const owner = ownerOf(alarm);
  let kept: OpeningHours | null = null;
  let extended: Extended | null = null;
  let zone = NO_PLACE;
  await handleCommand<S, E>(store, {
    stream: { tenantId, partition, streamId },
    fold: how.fold,
    prepare: async () => {
      const [stands] = await readAlarmsOf(sql, tenantId, HOLIDAYS_ALARM, [streamId]);
      // Another was faster: its event and the next alarm were one transaction, after which this alarm is not there any more.
      kept = stands?.dueAt === alarm.dueAt ? await readHours(sql, tenantId, owner) : null;
    },
    decide: (state, now) => {
      zone = how.zoneOf(state);
      extended = extendedHours(kept, zone, now, how.writeOut);
      return extended ? how.tell(extended.told, state) : [];
    },
    actor: { kind: 'system', id: HOLIDAYS_ALARM },
    within: async (client, { events, now }) => {
      if (events.length === 0 || extended === null) return moveAlarms(client, [{ rung: alarm, next: null }]);
      await writeHours(client, tenantId, owner, extended.hours);
      await scheduleExtension(client, { id: tenantId, partition }, owner, extended.hours, zone, now);
      await wakeSites(client, { id: tenantId, partition }, await how.sites(client));
    },
  });
}

/** `site-<id>` and `group-<id>` are the names of streams and of owners alike. */
function ownerOf({ subjectId }: Alarm): HoursOwner {
  const dash = subjectId.indexOf('-');
  return { kind: subjectId.slice(0, dash) === 'group' ? 'group' : 'site', id: subjectId.slice(dash + 1) };
}
