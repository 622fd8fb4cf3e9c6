import type { PoolClient } from 'pg';
import { type Pools, withTenant } from '#database';
import type { Instant } from '#domain/agent-presence/index';
import type { PastInterval } from '#domain/past/index';
import type { TenantLog } from './facts.js';
import { packPlace, unpackBoxes, unpackPlace } from './packed-place.js';
import { printOfRules } from './rules.js';
import type { Found, Mark, Order, Place, Shelf, Stretch, StretchesAsked } from './shelf.js';

const MARK_COLUMNS = 'place_no, position, told_until';
const MARK = 'place_no AS no, position, told_until AS "toldUntil"';
/** Beyond every instant, ms. */
const AT_MOST = 8_640_000_000_000_000;

type FoundRow = Mark & { readonly last: number; readonly lastNo: number; readonly lastUntil: number; readonly next: number | null };

/** Places in the schema `memory`, seen by their own tenant alone, and by those who fold by the same rules. */
export class PostgresShelf implements Shelf {
  constructor(
    private readonly pools: Pools,
    private readonly rules = printOfRules(),
  ) {}

  find<O extends Order>(log: TenantLog, order: O, at: Instant): Promise<Found<O>> {
    return this.within(log, async (sql) => {
      const until = `${order}_until`;
      const { rows } = await sql.query<FoundRow>({
        name: `memory.find-${order}`,
        text: `
          SELECT p.place_no AS no, p.position, p.told_until AS "toldUntil", l.position AS last, l.place_no AS "lastNo", l.told_until AS "lastUntil",
            (SELECT n.position FROM memory.place n WHERE n.tenant_id = $1 AND n.rules = $2 AND n.position > coalesce(p.position, -1)
             ORDER BY n.position LIMIT 1) AS next
          FROM (SELECT ${MARK_COLUMNS} FROM memory.place WHERE tenant_id = $1 AND rules = $2 ORDER BY position DESC LIMIT 1) l
          LEFT JOIN LATERAL (SELECT ${MARK_COLUMNS} FROM memory.place WHERE tenant_id = $1 AND rules = $2 AND ${until} <= $3
            ORDER BY ${until} DESC, position DESC LIMIT 1) p ON true`,
        values: [log.tenantId, this.rules, bounded(at)],
      });
      const [row] = rows;
      const nothing = (): Promise<null> => Promise.resolve(null);
      if (!row) return { mark: null, next: null, last: null, state: nothing, boxes: nothing };
      const last = { no: row.lastNo, position: row.last, toldUntil: row.lastUntil };
      const { no, position, toldUntil, next } = row;
      if ((no as number | null) === null) return { mark: null, next, last, state: nothing, boxes: nothing };
      const mark: Mark = { no, position, toldUntil };
      const read = (): Promise<Buffer | null> => this.read(log, order, mark);
      return {
        ...{ mark, next, last },
        boxes: async () => {
          const packed = await read();
          return packed && unpackBoxes<O>(packed);
        },
        state: async () => {
          const packed = await read();
          return packed && unpackPlace<O>(packed);
        },
      };
    });
  }

  /**
   * What a place holds is read each time: kept in memory it would seldom be asked for again, and the garbage collector would carry it about
   * during other questions.
   */
  private async read(log: TenantLog, order: Order, mark: Mark): Promise<Buffer | null> {
    const { rows } = await this.within(log, (sql) =>
      sql.query<{ packed: Buffer }>({
        name: `memory.read-${order}`,
        text: `SELECT ${order} AS packed FROM memory.place WHERE tenant_id = $1 AND rules = $2 AND position = $3 AND place_no = $4`,
        values: [log.tenantId, this.rules, mark.position, mark.no],
      }),
    );
    return rows[0]?.packed ?? null;
  }

  marks(log: TenantLog, after: number): Promise<Mark[]> {
    return this.within(log, async (sql) => {
      const text = `SELECT ${MARK} FROM memory.place WHERE tenant_id = $1 AND rules = $2 AND position > $3 ORDER BY position`;
      return (await sql.query<Mark>({ name: 'memory.marks', text, values: [log.tenantId, this.rules, after] })).rows;
    });
  }

  markBy(log: TenantLog, position: number): Promise<Mark | null> {
    return this.within(log, async (sql) => {
      const text = `SELECT ${MARK} FROM memory.place WHERE tenant_id = $1 AND rules = $2 AND position <= $3 ORDER BY position DESC LIMIT 1`;
      return (await sql.query<Mark>({ name: 'memory.mark-by', text, values: [log.tenantId, this.rules, position] })).rows[0] ?? null;
    });
  }

  stretches(log: TenantLog, mark: Mark, { of, from, to, after, limit }: StretchesAsked): Promise<PastInterval[] | null> {
    return this.within(log, async (sql) => {
      // Intervals of a box do not overlap: the last one that begins by `from` is the first that may reach into the range.
      const { rows } = await sql.query<PastInterval | { from: null }>({
        name: 'memory.stretches',
        text: `
          SELECT s.status, s.from_at AS from, s.to_at AS to, s.cause FROM memory.place p LEFT JOIN LATERAL (
            SELECT * FROM memory.stretch
            WHERE tenant_id = $1 AND rules = $2 AND site_id = $3 AND group_id = $4 AND position <= p.position
              AND to_at > $6 AND from_at < $7 AND from_at > $8
              AND from_at >= coalesce((SELECT max(o.from_at) FROM memory.stretch o
                WHERE o.tenant_id = $1 AND o.rules = $2 AND o.site_id = $3 AND o.group_id = $4 AND o.from_at <= $6), $6)
            ORDER BY from_at LIMIT $9) s ON true
          WHERE p.tenant_id = $1 AND p.rules = $2 AND p.position = $5 AND p.place_no = $10 ORDER BY s.from_at`,
        values: [
          ...[log.tenantId, this.rules, of.siteId, of.groupId ?? '', mark.position],
          ...[bounded(from), bounded(to), bounded(after ?? -Infinity), limit, mark.no],
        ],
      });
      return rows.length === 0 ? null : rows.filter((row) => row.from !== null);
    });
  }

  async add(log: TenantLog, behind: Mark | null, place: Place, over: readonly Stretch[]): Promise<Mark | null> {
    const [told, known] = await Promise.all([packPlace(place.told), packPlace(place.known)]);
    return this.alone(log, async (sql) => {
      if (((await this.lastOf(sql, log))?.no ?? null) !== (behind?.no ?? null)) return null;
      const { position, toldUntil, knownUntil } = place;
      const { rows } = await sql.query<{ no: number }>({
        name: 'memory.add',
        text: `INSERT INTO memory.place (tenant_id, rules, position, told_until, known_until, told, known) VALUES ($1, $2, $3, $4, $5, $6, $7)
               RETURNING place_no AS no`,
        values: [log.tenantId, this.rules, position, toldUntil, knownUntil, told, known],
      });
      if (over.length > 0) {
        await sql.query({
          name: 'memory.add-stretches',
          text: `INSERT INTO memory.stretch (tenant_id, rules, site_id, group_id, from_at, to_at, position, status, cause)
                 SELECT $1, $2, s->'of'->>'siteId', coalesce(s->'of'->>'groupId', ''), (s->>'from')::bigint, (s->>'to')::bigint, $3, s->>'status', s->'cause'
                 FROM jsonb_array_elements($4::jsonb) s`,
          values: [log.tenantId, this.rules, position, JSON.stringify(over)],
        });
      }
      return { no: rows[0]?.no ?? 0, position, toldUntil };
    });
  }

  dropAfter(log: TenantLog, at: Instant): Promise<Mark | null> {
    return this.alone(log, async (sql) => {
      await sql.query('DELETE FROM memory.place WHERE tenant_id = $1 AND rules = $2 AND told_until > $3', [log.tenantId, this.rules, bounded(at)]);
      const last = await this.lastOf(sql, log);
      await sql.query('DELETE FROM memory.stretch WHERE tenant_id = $1 AND rules = $2 AND position > $3', [log.tenantId, this.rules, last?.position ?? 0]);
      return last;
    });
  }

  private async lastOf(sql: PoolClient, { tenantId }: TenantLog): Promise<Mark | null> {
    const text = `SELECT ${MARK} FROM memory.place WHERE tenant_id = $1 AND rules = $2 ORDER BY position DESC LIMIT 1`;
    return (await sql.query<Mark>({ name: 'memory.last', text, values: [tenantId, this.rules] })).rows[0] ?? null;
  }

  private within<T>({ tenantId, sql }: TenantLog, work: (sql: PoolClient) => Promise<T>): Promise<T> {
    return sql ? work(sql) : withTenant(this.pools, tenantId, work);
  }

  /** One writer of a tenant's places at a time. */
  private alone<T>(log: TenantLog, work: (sql: PoolClient) => Promise<T>): Promise<T> {
    return this.within(log, async (sql) => {
      await sql.query(`SELECT pg_advisory_xact_lock(hashtextextended('memory ' || $1, 0))`, [log.tenantId]);
      return work(sql);
    });
  }
}

/** Clears away what was kept of a tenant, by whatever rules. */
export async function forgetPastOf(sql: Pick<PoolClient, 'query'>, tenantId: string): Promise<void> {
  for (const table of ['place', 'stretch']) await sql.query(`DELETE FROM memory.${table} WHERE tenant_id = $1`, [tenantId]);
}

/** Clears away what rules made that nobody has folded by for a day: of releases that are gone. */
export async function forgetOldRules(pools: Pools, rules = printOfRules()): Promise<void> {
  const { rows } = await pools.engine.query<{ rules: string }>(
    `SELECT rules FROM memory.place WHERE rules <> $1 GROUP BY rules HAVING max(made_at) < clock_timestamp() - interval '1 day'`,
    [rules],
  );
  for (const { rules: old } of rows) for (const table of ['place', 'stretch']) await pools.engine.query(`DELETE FROM memory.${table} WHERE rules = $1`, [old]);
}

/** As a whole number of Postgres. */
function bounded(at: Instant): number {
  return Math.max(-AT_MOST, Math.min(AT_MOST, at));
}
