import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../agent-presence/status.js';
import { dateOf, DAY_MS, dayNumber } from './calendar-days.js';

/** A stretch of time in which a zone keeps its distance to UTC. */
export interface OffsetSpan {
  /** First instant at which it may be another one; there it may also just go on (spans end with every year). */
  readonly end: Instant;
  /** What to add to an instant to read the wall clock, ms. */
  readonly offset: number;
}

const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const NS_PER_MS = 1_000_000;

/** Worked out once per zone and year of UTC: asking the engine for an offset costs microseconds, looking here nanoseconds. */
const known = new Map<string, Map<number, readonly OffsetSpan[]>>();

/** Whether it is a name of the IANA database, links included, spelt exactly: `Europe/Berlin`, `Asia/Calcutta`; never `+01:00`, `europe/berlin`. */
export function isTimeZone(name: string): boolean {
  return known.has(name) || spelling(name) === name;
}

/**
 * What is wrong with a name that is to be a time zone, for the person who wrote it, with what may be meant; null: nothing.
 * Names are kept as they were written, so there is one spelling of each; an alias is another name of the same zone and as good (ADR 0017).
 */
export function timeZoneFault(name: string): string | null {
  if (isTimeZone(name)) return null;
  const meant = spelling(name) ?? zoneOfPlace(name);
  return meant === undefined ? 'must be the name of an IANA time zone such as Europe/Berlin' : `must be the name of an IANA time zone as it is spelt; ${meant} may be meant`;
}

/** The name as the database spells it, upper and lower case; undefined: there is none. */
function spelling(name: string): string | undefined {
  if (!NAME.test(name)) return undefined;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId; // Temporal gives a name back in its own spelling
  } catch {
    return undefined;
  }
}

/** `Berlin`, `new york`: a zone is named after a place in it. */
function zoneOfPlace(name: string): string | undefined {
  const place = `/${name.trim().replaceAll(' ', '_').toLowerCase()}`;
  return Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase().endsWith(place));
}

/** The zone's span that holds the instant. Throws RangeError if there is no such zone or no such instant. */
export function offsetSpanAt(timeZone: string, at: Instant): OffsetSpan {
  const year = new Date(at).getUTCFullYear();
  const spans = known.get(timeZone)?.get(year) ?? keep(timeZone, year);
  const span = spans.find(({ end }) => at < end);
  if (span === undefined) throw new RangeError(`not an instant: ${at}`);
  return span;
}

function keep(timeZone: string, year: number): readonly OffsetSpan[] {
  const spans = spansOf(timeZone, Date.UTC(year), Date.UTC(year + 1));
  const years = known.get(timeZone) ?? new Map<number, readonly OffsetSpan[]>();
  known.set(timeZone, years.set(year, spans));
  return spans;
}

/** What the wall clock at the place reads, in ms since 1970-01-01 00:00 on the wall. */
export function localTimeAt(timeZone: string, at: Instant): number {
  return at + offsetSpanAt(timeZone, at).offset;
}

/** The calendar's date at the place, `YYYY-MM-DD`. */
export function localDateAt(timeZone: string, at: Instant): string {
  return dateOf(Math.floor(localTimeAt(timeZone, at) / DAY_MS));
}

/** The first instant at which the wall clock shows this date and time of day (ms since midnight) or, if it leaves them out, a later one. */
export function instantOf(timeZone: string, date: string, timeMs = 0): Instant {
  const wall = dayNumber(date) * DAY_MS + timeMs;
  // Nowhere has the wall clock ever been further from UTC than this; from there it is at most a few spans.
  let at = wall - 2 * DAY_MS;
  for (;;) {
    const { end, offset } = offsetSpanAt(timeZone, at);
    if (at + offset >= wall) return at;
    if (wall - offset < end) return wall - offset;
    at = end;
  }
}

/**
 * Temporal looks for the next transition up to three years after the later of its start and today. Here the start is never more than a
 * year before what is asked for, so today has no say.
 */
function spansOf(timeZone: string, from: Instant, to: Instant): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let zoned = new Temporal.ZonedDateTime(BigInt(from) * BigInt(NS_PER_MS), timeZone);
  for (;;) {
    const next = zoned.getTimeZoneTransition('next');
    const offset = zoned.offsetNanoseconds / NS_PER_MS;
    if (next === null || next.epochMilliseconds >= to) return [...spans, { end: to, offset }];
    spans.push({ end: next.epochMilliseconds, offset });
    zoned = next;
  }
}
