import { whatIfSentence } from '#domain/past/index';
import type { Answer } from './asked.js';

type Seconds = Answer['was'];
type Spent = Pick<Answer, 'was' | 'would' | 'differSeconds'>;
type Interval = Answer['intervals'][number];

/** How much of a range its slices have come through, 0 to 1. `ends`: ms since epoch. */
export function shareOf(slices: readonly Answer[], ends: number): number {
  const [first, last] = [slices[0], slices.at(-1)];
  if (!first || !last) return 0;
  const from = Date.parse(first.from);
  return Math.min(1, (Date.parse(last.to) - from) / Math.max(1, ends - from));
}

/** The answers about the slices of a range, one behind the other, as the one answer about all of it. There is at least one. */
export function joined(slices: readonly [Answer, ...Answer[]]): Answer {
  const [first] = slices;
  const last = slices.at(-1) ?? first;
  if (last === first) return first;
  const cut = slices.find(({ to, intervalsUntil }) => intervalsUntil !== to);
  const told = cut === undefined ? slices : slices.slice(0, slices.indexOf(cut) + 1);
  const total = summed(slices);
  return {
    ...last,
    ...{ from: first.from, knownAt: first.knownAt, ...total },
    days: joinedDays(slices.flatMap(({ days }) => days)),
    intervals: joinedIntervals(told.flatMap(({ intervals }) => intervals)),
    intervalsUntil: (cut ?? last).intervalsUntil,
    sentence: { de: sentenceOf(total, 'de'), en: sentenceOf(total, 'en') },
  };
}

function summed(parts: readonly Spent[]): Spent {
  const seconds = (of: (part: Spent) => Seconds): Seconds => {
    const sum = { onlineSeconds: 0, unattendedOnlineSeconds: 0, busySeconds: 0, offlineSeconds: 0, outsideHoursSeconds: 0, missedSeconds: 0 };
    for (const part of parts) for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += of(part)[key];
    return sum;
  };
  const differSeconds = parts.reduce((sum, part) => sum + part.differSeconds, 0);
  return { was: seconds(({ was }) => was), would: seconds(({ would }) => would), differSeconds };
}

/** A day through which the range was cut is one again. */
function joinedDays(days: Answer['days']): Answer['days'] {
  const whole: Answer['days'] = [];
  for (const day of days) {
    const before = whole.at(-1);
    if (before?.date === day.date) whole[whole.length - 1] = { ...before, to: day.to, ...summed([before, day]) };
    else whole.push(day);
  }
  return whole;
}

/** So is a stretch; it came about as its first part says. */
function joinedIntervals(intervals: readonly Interval[]): Interval[] {
  const whole: Interval[] = [];
  for (const one of intervals) {
    const before = whole.at(-1);
    const goesOn = before?.to === one.from && before.was.standing === one.was.standing && before.would.standing === one.would.standing;
    if (before && goesOn) whole[whole.length - 1] = { ...before, to: one.to };
    else whole.push(one);
  }
  return whole;
}

function sentenceOf({ was, would, differSeconds }: Spent, language: 'de' | 'en'): string {
  const spent = ({ onlineSeconds, unattendedOnlineSeconds, busySeconds, offlineSeconds, outsideHoursSeconds, missedSeconds }: Seconds) => ({
    online: onlineSeconds * 1_000,
    unattended: unattendedOnlineSeconds * 1_000,
    busy: busySeconds * 1_000,
    missed: missedSeconds * 1_000,
    'outside-hours': outsideHoursSeconds * 1_000,
    closed: (offlineSeconds - outsideHoursSeconds - missedSeconds) * 1_000,
  });
  return whatIfSentence({ was: spent(was), would: spent(would), differ: differSeconds * 1_000 }, language);
}
