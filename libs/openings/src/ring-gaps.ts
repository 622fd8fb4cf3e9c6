import { COVERAGE_WATCH, type Gap, tellGaps } from '#domain/coverage/index';
import { type GapEnd, type Site, type SiteEvent, siteFold } from '#domain/tenant-settings/index';
import { type EventStore, handleCommand, StoreOutcomeUnknown, StoreUnavailable, type StreamFold } from '#event-store';
import type { Sql } from './hours-rows.js';

const fold: StreamFold<Site, SiteEvent> = siteFold;

/**
 * What became true at the last moment of the while, and is known only then, ms: a status for a while that ended, a command under way. So
 * much later than its nominal time a gap is told.
 */
const ON_ITS_WAY_MS = 1_000;

const DEFAULT_SECONDS = 60;
const CENTURY_MS = 100 * 365 * 86_400_000;

/** How long nobody may be there before it is told, ms, by the setting (seconds): 0 = never, but what was told before is still ended. */
export function coverageAlertMs(seconds = DEFAULT_SECONDS): number {
  return seconds === 0 ? CENTURY_MS : seconds * 1000;
}

export interface RingGapsOptions {
  /** `coverageAlertMs`. */
  readonly alertAfterMs: number;
  /** At most so many gaps, the oldest first. */
  readonly limit: number;
  /** Told about a site of which nothing can be told, by a fault of ours; its gaps are looked at again, and the others are told. */
  readonly onFault: (error: unknown, site: { readonly tenantId: string; readonly siteId: string }) => void;
}

/** How many gaps were told to begin and to be over. */
export interface RungGaps {
  readonly lost: number;
  readonly restored: number;
}

/** A row of coverage.gap; times in ms. */
interface GapRow {
  readonly gapNo: number;
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string;
  readonly partition: number;
  readonly since: number;
  readonly overAt: number | null;
  readonly overBecause: GapEnd | null;
  /** How far the partition is folded, and whether anything waits to be. */
  readonly position: number;
  readonly behind: boolean;
}

/**
 * Tells of the gaps of coverage that have lasted long enough, and of those that are over (behaviour case 56). Safe for anybody at any time:
 * what is told follows from the gaps, and is told once (`tellGaps`). While nobody is missing it is one look into two empty indexes.
 * @throws StoreUnavailable, StoreOutcomeUnknown, or the error of the reading: nothing can be told at this moment
 */
export async function ringGaps(sql: Sql, store: EventStore, options: RingGapsOptions): Promise<RungGaps> {
  const due = await settledOf(store, await readDue(sql, options), options.alertAfterMs);
  const bySite = new Map<string, GapRow[]>();
  for (const gap of due) {
    const site = `${gap.tenantId} ${gap.siteId}`;
    bySite.set(site, [...(bySite.get(site) ?? []), gap]);
  }
  const rung: GapRow[] = [];
  const count = { lost: 0, restored: 0 };
  let away: Error | undefined;
  const tell = async (gaps: readonly GapRow[]): Promise<void> => {
    const [{ tenantId, siteId, partition }] = gaps as [GapRow];
    let told: readonly SiteEvent[] = [];
    try {
      await handleCommand<Site, SiteEvent>(store, {
        stream: { tenantId, partition, streamId: `${fold.category}-${siteId}` },
        fold,
        decide: (site, now) => (told = tellGaps(gaps.map(gapOf), options.alertAfterMs, site, now)),
        actor: { kind: 'system', id: COVERAGE_WATCH },
      });
      rung.push(...gaps);
      for (const { type } of told) count[type === 'CoverageLost' ? 'lost' : 'restored'] += 1;
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof StoreOutcomeUnknown) away = error;
      else options.onFault(error, { tenantId, siteId });
    }
  };
  // All at once: they share the packs of the group commit.
  await Promise.all([...bySite.values()].map(tell));
  await noteTold(sql, rung);
  if (away !== undefined) throw away;
  return count;
}

/** Gaps that were told of and last. */
export async function countOpenGaps(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ n: number }>({
    name: 'count-open-gaps',
    text: 'SELECT count(*)::float8 AS n FROM coverage.gap WHERE over_at IS NULL AND told',
  });
  return rows[0]?.n ?? 0;
}

function gapOf({ groupId, since, overAt, overBecause }: GapRow): Gap {
  const over = overAt === null || overBecause === null ? null : { at: overAt, because: overBecause };
  return { groupId: groupId === '' ? null : groupId, since, over };
}

async function readDue(sql: Sql, { alertAfterMs, limit }: RingGapsOptions): Promise<GapRow[]> {
  const { rows } = await sql.query<GapRow>({
    name: 'due-gaps',
    text: `
      SELECT gap_no AS "gapNo", tenant_id AS "tenantId", site_id AS "siteId", group_id AS "groupId", partition, since, over_at AS "overAt",
        over_because AS "overBecause", folded_to AS position, behind FROM coverage.due($1, $2)`,
    values: [alertAfterMs + ON_ITS_WAY_MS, limit],
  });
  return rows;
}

/**
 * Without the gaps that may be over already, as far as the log knows: the projection of their partition has not come up to the moment at which
 * they are to be told. Events are recorded in the order of their positions, so the first one it has not folded tells.
 */
async function settledOf(store: EventStore, due: readonly GapRow[], alertAfterMs: number): Promise<GapRow[]> {
  const behind = new Map(due.filter((gap) => gap.behind && gap.overAt === null).map(({ partition, position }) => [partition, position]));
  const foldedUpTo = new Map<number, number>();
  for (const [partition, position] of behind) {
    const [next] = await store.readPartition(partition, position, 1);
    foldedUpTo.set(partition, next?.recordedAt ?? Infinity);
  }
  return due.filter(({ overAt, partition, since }) => overAt !== null || (foldedUpTo.get(partition) ?? Infinity) > since + alertAfterMs);
}

/** What is over was told to the end, or was too short; what lasts waits for its end. */
async function noteTold(sql: Sql, gaps: readonly GapRow[]): Promise<void> {
  const over = gaps.filter(({ overAt }) => overAt !== null).map(({ gapNo }) => gapNo);
  const lasting = gaps.filter(({ overAt }) => overAt === null).map(({ gapNo }) => gapNo);
  if (over.length > 0) await sql.query('DELETE FROM coverage.gap WHERE gap_no = ANY ($1::bigint[])', [over]);
  if (lasting.length > 0) await sql.query('UPDATE coverage.gap SET told = true WHERE gap_no = ANY ($1::bigint[])', [lasting]);
}
