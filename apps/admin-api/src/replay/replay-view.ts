import { type ReplayView, rfc3339 } from '#contract';
import { notFound } from '#http-kit';
import { readDifferences, type ReplayRun, type Sql } from '#replays';
import { toldApart } from './told-apart.js';

/** A run with what it found, as answered. Refuses: `not-found` for null. */
export async function replayViewOf(sql: Sql, run: ReplayRun | null): Promise<ReplayView> {
  if (!run) throw notFound();
  return { ...summaryOf(run), ...toldApart(run.drift + run.shownDrift > 0 ? await readDifferences(sql, run.id) : []) };
}

/** A run in a list. */
export function summaryOf(run: ReplayRun): Omit<ReplayView, 'differences' | 'shownDifferences'> {
  const { id, state, processed, total, drift, shownDrift, position, hash, mode, tenantId, fault, requestedAt, finishedAt } = run;
  const times = { requestedAt: rfc3339(requestedAt), finishedAt: finishedAt === null ? null : rfc3339(finishedAt) };
  return { id, state, processed, total, drift, shownDrift, position, hash, mode, tenantId, fault, ...times };
}
