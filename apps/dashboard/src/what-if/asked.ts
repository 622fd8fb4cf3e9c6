import type { WhatIfAnswer } from '#contract';
import type { Zone } from '../i18n/zone.js';

export type Answer = WhatIfAnswer;
/** How the box stands, as it was or as it would have been. */
export type Side = Answer['intervals'][number]['was'];

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

/** A stretch, [from, to) in ms since epoch, in which the box would have stood otherwise. */
export interface OtherStretch {
  readonly from: number;
  readonly to: number;
  /** Whether visitors would have seen it; if not, it is only that somebody was there, or meant to be. */
  readonly seen: boolean;
  readonly was: Side;
  readonly would: Side;
}

/** Where the box would have stood otherwise; those that are seen come to `differSeconds`, as far as the intervals reach. */
export function otherStretchesOf({ intervals }: Answer): OtherStretch[] {
  const others = intervals.filter(({ was, would }) => was.standing !== would.standing);
  return others.map(({ from, to, differs, was, would }) => ({ from: Date.parse(from), to: Date.parse(to), seen: differs, was, would }));
}

/** Stretches by the day of the wall on which they begin. */
export function inDays<T extends { readonly from: number }>(stretches: readonly T[], zone: Zone): { readonly day: number; readonly stretches: readonly T[] }[] {
  const days: { day: number; stretches: T[] }[] = [];
  for (const one of stretches) {
    const day = zone.startOf('day', one.from);
    const last = days.at(-1);
    if (last?.day === day) last.stretches.push(one);
    else days.push({ day, stretches: [one] });
  }
  return days;
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
