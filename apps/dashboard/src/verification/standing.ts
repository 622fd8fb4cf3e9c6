import type { ReplayView, TenantVerificationView } from '#contract';

export type RunSummary = Omit<ReplayView, 'differences' | 'shownDifferences'>;

/** What is known of the read model by now, of whichever verification is the newest. */
export interface Standing {
  /** RFC 3339 */
  readonly at: string;
  readonly how: 'background' | 'verify' | 'rebuild';
  /** Rows that differ still, and those that a rebuild has healed. */
  readonly drift: number;
  readonly healed: number;
  readonly position: number;
  /** Events compared, where they are counted for this account alone. */
  readonly events: number | null;
  readonly hash: string | null;
  /** The run that found it; null: it was done in the background. */
  readonly runId: string | null;
}

/** The newest verification that came to its end: of the background's and of those that were asked for. Null: there is none yet. */
export function standingOf(background: TenantVerificationView, runs: readonly RunSummary[]): Standing | null {
  const done = runs.filter(({ state, finishedAt }) => state === 'done' && finishedAt !== null);
  const run = done.reduce<RunSummary | null>((newest, one) => (newest === null || endOf(one) > endOf(newest) ? one : newest), null);
  const { verifiedAt } = background;
  if (run?.finishedAt && endOf(run) >= (verifiedAt === null ? -Infinity : Date.parse(verifiedAt))) {
    const { id, mode, drift, position, processed, hash } = run;
    const rebuilt = mode === 'rebuild';
    return { at: run.finishedAt, how: mode, drift: rebuilt ? 0 : drift, healed: rebuilt ? drift : 0, position, events: processed, hash, runId: id };
  }
  if (verifiedAt === null) return null;
  return { at: verifiedAt, how: 'background', drift: background.drift, healed: 0, position: background.position, events: null, hash: null, runId: null };
}

export function isUnderWay({ state }: Pick<RunSummary, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** How far a run was at a moment, ms. */
export interface Sample {
  readonly id: string;
  readonly processed: number;
  readonly at: number;
}

/** Shorter than this a rate says nothing. ms */
const TELLING_MS = 900;

/** Events a second since a run was first seen under way, and ms until its end; null: not to be said yet. */
export function paceOf(first: Sample, now: Sample, total: number): { readonly perSecond: number; readonly left: number } | null {
  const [done, passed] = [now.processed - first.processed, now.at - first.at];
  if (first.id !== now.id || done <= 0 || passed < TELLING_MS) return null;
  return { perSecond: (done / passed) * 1_000, left: Math.max(0, total - now.processed) * (passed / done) };
}

/** Whole percent; never 100 before the end. */
export function percentOf({ processed, total }: Pick<RunSummary, 'processed' | 'total'>): number {
  return total <= 0 ? 0 : Math.min(99, Math.floor((processed / total) * 100));
}

function endOf({ finishedAt }: RunSummary): number {
  return finishedAt === null ? -Infinity : Date.parse(finishedAt);
}
