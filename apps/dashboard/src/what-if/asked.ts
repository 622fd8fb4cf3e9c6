import type { WhatIfAnswer } from '#contract';

export type Answer = WhatIfAnswer;
type Side = Answer['intervals'][number]['was'];

/** Ranges that are asked for mostly, in days. */
export const RANGES = ['1', '7', '28', '84'] as const;
export type RangeDays = (typeof RANGES)[number];

/** A stretch of one status and because of what, as the timeline draws it. */
export interface LaneStretch {
  readonly status: Side['status'];
  readonly from: number;
  readonly to: number;
  readonly cause: NonNullable<Side['cause']>;
}

/** What one lane shows: neighbours that look the same and came about by the same are one. `why` words what only the supposition did. */
export function laneOf(answer: Answer, side: 'was' | 'would', why: (side: Side) => NonNullable<Side['cause']>): LaneStretch[] {
  const stretches: LaneStretch[] = [];
  let standing: string | null = null;
  for (const { from, to, [side]: one } of answer.intervals) {
    const last = stretches.at(-1);
    const [begins, ends] = [Date.parse(from), Date.parse(to)];
    if (last?.to === begins && standing === one.standing) stretches[stretches.length - 1] = { ...last, to: ends };
    else stretches.push({ status: one.status, from: begins, to: ends, cause: one.cause ?? why(one) });
    standing = one.standing;
  }
  return stretches;
}

/** Where visitors would have seen another status; neighbours are one. */
export function differencesOf(answer: Answer): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const { from, to, differs } of answer.intervals) {
    if (!differs) continue;
    const last = found.at(-1);
    if (last?.to === Date.parse(from)) last.to = Date.parse(to);
    else found.push({ from: Date.parse(from), to: Date.parse(to) });
  }
  return found;
}

export type SumRow = 'online' | 'unattended' | 'busy' | 'missed' | 'outside' | 'closed';

/** The rows of the table that say anything, ms. */
export function sumsOf({ was, would }: Pick<Answer, 'was' | 'would'>): { readonly row: SumRow; readonly was: number; readonly would: number }[] {
  const rows = (of: Answer['was']): Readonly<Record<SumRow, number>> => ({
    online: of.onlineSeconds,
    unattended: of.unattendedOnlineSeconds,
    busy: of.busySeconds,
    missed: of.missedSeconds,
    outside: of.outsideHoursSeconds,
    closed: Math.max(0, of.offlineSeconds - of.missedSeconds - of.outsideHoursSeconds),
  });
  const [before, after] = [rows(was), rows(would)];
  return (Object.keys(before) as SumRow[])
    .map((row) => ({ row, was: Math.round(before[row] * 1_000), would: Math.round(after[row] * 1_000) }))
    .filter((sums) => sums.was > 0 || sums.would > 0);
}
