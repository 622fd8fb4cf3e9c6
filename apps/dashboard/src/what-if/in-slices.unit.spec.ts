import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, otherStretchesOf } from './asked.js';
import { joined, shareOf } from './in-slices.js';

type Side = Answer['intervals'][number]['was'];
const DAY = 1_440;
const at = (minute: number) => new Date(Date.UTC(2026, 10, 1) + minute * 60_000).toISOString();
const STATUS = { online: 'online', unattended: 'online', busy: 'busy', 'outside-hours': 'offline', missed: 'offline', closed: 'offline' } as const;
const side = (standing: Side['standing']): Side => ({ status: STATUS[standing], standing, rule: 'agents', cause: null });
const SECONDS = { onlineSeconds: 'online', unattendedOnlineSeconds: 'unattended', busySeconds: 'busy', outsideHoursSeconds: 'outside-hours', missedSeconds: 'missed' };

/** Minute by minute, how it was and how it would have been. */
type Minutes = readonly (readonly [Side['standing'], Side['standing']])[];

/** The answer about the minutes [from, to). */
function answer(minutes: Minutes, from: number, to: number): Answer {
  const part = (begins: number, ends: number) => {
    const of = minutes.slice(begins, ends);
    const seconds = (place: 0 | 1) => ({
      ...Object.fromEntries(Object.entries(SECONDS).map(([key, standing]) => [key, of.filter((minute) => minute[place] === standing).length * 60])),
      offlineSeconds: of.filter((minute) => STATUS[minute[place]] === 'offline').length * 60,
    });
    const differSeconds = of.filter(([was, would]) => STATUS[was] !== STATUS[would]).length * 60;
    return { from: at(begins), to: at(ends), was: seconds(0), would: seconds(1), differSeconds };
  };
  const ends = [...minutes.keys()].slice(from + 1, to).filter((minute) => String(minutes[minute]) !== String(minutes[minute - 1]));
  const [bounds, midnights] = [[from, ...ends, to], [from, ...[DAY, 2 * DAY].filter((midnight) => midnight > from && midnight < to), to]];
  const intervals = bounds.slice(1).map((end, i) => {
    const begins = bounds[i] as number;
    const [was, would] = minutes[begins] as Minutes[number];
    return { from: at(begins), to: at(end), differs: STATUS[was] !== STATUS[would], was: side(was), would: side(would) };
  });
  const days = midnights.slice(1).map((end, i) => ({ date: at(midnights[i] as number).slice(0, 10), ...part(midnights[i] as number, end) }));
  return { ...part(from, to), days, intervals, intervalsUntil: at(to), next: null, knownAt: at(to) } as unknown as Answer;
}

const standing = fc.constantFrom(...(Object.keys(STATUS) as Side['standing'][]));
const stretch = fc.tuple(fc.integer({ min: 1, max: 700 }), standing, standing);
const minutesOf = (parts: readonly (readonly [number, Side['standing'], Side['standing']])[]): Minutes =>
  parts.flatMap(([length, ...both]) => Array.from({ length }, () => both)).slice(0, 3 * DAY);
const anyMinutes = fc.array(stretch, { minLength: 4, maxLength: 8 }).map(minutesOf);

describe('a comparison in slices', () => {
  it('comes to the same as all of it at once: sums, days and stretches, wherever it was cut', () => {
    fc.assert(
      fc.property(anyMinutes, fc.array(fc.nat({ max: 99 }), { maxLength: 4 }), (minutes, cuts) => {
        const seams = [...new Set([0, ...cuts.map((cut) => Math.floor((minutes.length * cut) / 100)), minutes.length])].sort((a, b) => a - b);
        const slices = seams.slice(1).map((to, i) => answer(minutes, seams[i] as number, to));
        const { sentence: _said, ...all } = joined(slices as [Answer, ...Answer[]]);
        const whole = answer(minutes, 0, minutes.length);
        expect({ ...all, knownAt: '' }).toEqual({ ...whole, knownAt: '' });
        const seen = otherStretchesOf(whole).filter((one) => one.seen);
        expect(seen.reduce((sum, { from, to }) => sum + (to - from) / 1_000, 0)).toBe(all.differSeconds);
      }),
    );
  });

  const two = [...Array<['online', 'online']>(60).fill(['online', 'online']), ...Array<['online', 'missed']>(120).fill(['online', 'missed'])];

  it('has one sentence about all of it', () => {
    expect(joined([answer(two, 0, 90), answer(two, 90, 180)]).sentence).toEqual({
      de: 'Besucher hätten 2 h kürzer online gesehen. Innerhalb der Geschäftszeiten wäre 2 h länger niemand da gewesen.',
      en: 'Visitors would have seen 2 h less online. Within the opening hours nobody would have been there for 2 h more.',
    });
  });

  it('shows stretches as far as all are told: behind a slice that has too many there are none', () => {
    const many = { ...answer(two, 0, 90), intervalsUntil: at(60) };
    const { intervals, intervalsUntil, differSeconds } = joined([{ ...many, intervals: many.intervals.slice(0, 1) }, answer(two, 90, 180)]);
    expect([intervals.length, intervalsUntil, differSeconds]).toEqual([1, at(60), 7_200]);
  });

  it('knows how far it is', () => {
    const slices = [answer(two, 0, 45), answer(two, 45, 90)];
    expect([shareOf([], Date.parse(at(180))), shareOf(slices, Date.parse(at(180))), shareOf(slices, Date.parse(at(90)))]).toEqual([0, 0.5, 1]);
  });
});
