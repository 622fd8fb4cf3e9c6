import type { Instant } from '../agent-presence/status.js';
import { instantOf, localDateAt, mondayOf } from '../opening-hours/index.js';

/** A part of a report: [from, to). */
export interface Period {
  /** The local date on which it begins, `YYYY-MM-DD`; of a week its Monday. */
  readonly date: string;
  readonly from: Instant;
  readonly to: Instant;
}

export type PeriodLength = 'minute' | 'hour' | 'day' | 'week';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Cuts [from, to) at the local midnights of a zone (behaviour D24), at its Mondays, at the full hours of each day, or at every
 * minute. Where the clocks change, a day has 23 or 25 hours; where they change by half an hour, its last part is as short as that. The
 * first and the last may be parts.
 */
export function periodsOf(length: PeriodLength, timeZone: string, from: Instant, to: Instant): Period[] {
  const periods: Period[] = [];
  for (let at = from; at < to; ) {
    const today = localDateAt(timeZone, at);
    const date = length === 'week' ? mondayOf(today) : today;
    const end = endOf(length, timeZone, date, at);
    periods.push({ date, from: at, to: Math.min(end, to) });
    at = end;
  }
  return periods;
}

function endOf(length: PeriodLength, timeZone: string, date: string, at: Instant): Instant {
  if (length === 'minute') return (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS;
  return length === 'hour' ? hourEnd(timeZone, date, at) : startAfter(timeZone, date, length === 'week' ? 7 : 1);
}

function hourEnd(timeZone: string, today: string, at: Instant): Instant {
  const midnight = instantOf(timeZone, today);
  return Math.min(midnight + (Math.floor((at - midnight) / HOUR_MS) + 1) * HOUR_MS, startAfter(timeZone, today, 1));
}

function startAfter(timeZone: string, date: string, days: number): Instant {
  return instantOf(timeZone, new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * HOUR_MS).toISOString().slice(0, 10));
}
