import { createPools, type Pools } from '#database';
import { type HoursBody, type OpeningHours, parseHours } from '#domain/opening-hours/index';
import { OPENING_ALARM, type Site, type SiteEvent, siteFold, tellOpenings } from '#domain/tenant-settings/index';
import { type EventStore, handleCommand, PostgresEventStore, type StoredEvent, type StreamFold } from '#event-store';
import { setAlarm } from '#leases';
import { type FreshDatabase, freshDatabase } from '#testing';
import { writeHours } from './hours-rows.js';

const fold: StreamFold<Site, SiteEvent> = siteFold;
export const HOUR_MS = 3_600_000;

/** Sites with hours on a Postgres of their own; the hour is Postgres's, so what happened long ago is written as told then. */
export class OpeningsWorld {
  #sites = 0;

  private constructor(
    readonly database: FreshDatabase,
    readonly pools: Pools,
    readonly store: EventStore,
  ) {}

  static async start(): Promise<OpeningsWorld> {
    const database = await freshDatabase();
    const pools = createPools(database.serviceUrl);
    return new OpeningsWorld(database, pools, new PostgresEventStore(pools));
  }

  async stop(): Promise<void> {
    await this.pools.close();
    await this.database.drop();
  }

  get sql() {
    return this.pools.engine;
  }

  async now(): Promise<number> {
    const { rows } = await this.sql.query<{ now: number }>('SELECT clock_timestamp() AS now');
    return rows[0]?.now ?? Number.NaN;
  }

  /** A site in UTC with these hours, told at an instant (now, if none is given) with the alarm that was set then. */
  async site(body: HoursBody, toldAt?: number, rows: NonNullable<OpeningHours['publicHolidays']>['rows'] = []): Promise<SiteOfWorld> {
    const site: SiteOfWorld = { tenantId: 't1', partition: 3, siteId: `site-${++this.#sites}` };
    const parsed = parseHours(body, () => 'known');
    const hours: OpeningHours = parsed.publicHolidays ? { ...parsed, publicHolidays: { ...parsed.publicHolidays, rows } } : parsed;
    const at = toldAt ?? (await this.now());
    const openings = tellOpenings({ site: hours, groups: new Map() }, 'UTC', at);
    const { siteId, tenantId, partition } = site;
    await this.append(site, [
      { type: 'SiteAdded', data: { siteId, key: `key-of-${siteId}`, origins: [], timeZone: 'UTC' } },
      { type: 'HoursChanged', data: { siteId, hours: {}, openings } },
    ]);
    await writeHours(this.sql, tenantId, { kind: 'site', id: siteId }, hours);
    const dueAt = Date.parse(openings[0]?.upcoming[0]?.at ?? '');
    if (Number.isFinite(dueAt)) await setAlarm(this.sql, { tenantId, partition, kind: OPENING_ALARM, subjectId: siteId, dueAt });
    return site;
  }

  append({ tenantId, partition, siteId }: SiteOfWorld, events: readonly SiteEvent[]) {
    const stream = { tenantId, partition, streamId: `site-${siteId}` };
    return handleCommand<Site, SiteEvent>(this.store, { stream, fold, decide: () => events, actor: { kind: 'system', id: 'spec' } });
  }

  /** What was told after the hours. */
  async told({ tenantId, partition, siteId }: SiteOfWorld): Promise<StoredEvent[]> {
    const events = await this.store.readStream({ tenantId, partition, streamId: `site-${siteId}` });
    return events.slice(2);
  }

  /** When the alarm of a kind is due, ms; undefined: there is none. */
  async alarm(kind: string, subjectId: string): Promise<number | undefined> {
    const { rows } = await this.sql.query<{ due: number }>('SELECT due_at AS due FROM lease.alarm WHERE kind = $1 AND subject_id = $2', [kind, subjectId]);
    return rows[0]?.due;
  }
}

export interface SiteOfWorld {
  readonly tenantId: string;
  readonly partition: number;
  readonly siteId: string;
}
