import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closingAfter, readTime, writeTime } from './wall-time.js';
import { DAYS, firstOpening, freePlace, moved, openMinutes, piecesOn, sameWeek, splitAtMidnight, type Week, weeklyOf, weekOf, withDayCopied, without, withStretch, withTimes } from './week.js';

const office = weekOf([{ days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '08:00', closes: '17:00' }]);
const of = (...stretches: readonly (readonly [day: number, opens: number, closes: number])[]): Week =>
  stretches.reduce<Week>((week, [day, opens, closes]) => withStretch(week, { day, opens: opens * 60, closes: closes * 60 }).week, []);
const told = (week: Week): string[] => week.map(({ day, opens, closes }) => `${DAYS[day]} ${writeTime(opens)}-${writeTime(closes)}`);
const idOn = (week: Week, day: number): string => week.find((one) => one.day === day)?.id ?? '';

describe('times as people type them', () => {
  it.each([
    ['8', 480], ['8:30', 510], ['08.30', 510], ['0830', 510], ['830', 510], ['8h30', 510], [' 17:05 ', 1025], ['24', 1440], ['00:00', 0],
  ])('%j is a time to close', (text, minutes) => expect(readTime(text, true)).toBe(minutes));

  it.each(['25:00', '24:01', '8:60', '8:3', 'noon', '', '-1', '123456'])('%j is none', (text) => expect(readTime(text, true)).toBeNull());

  it('24:00 only closes', () => expect(readTime('24:00', false)).toBeNull());

  it('closing at or before opening means the next day; the same time means nothing (behaviour D4)', () => {
    expect([closingAfter(1260, 120), closingAfter(480, 1020), closingAfter(480, 480), closingAfter(0, 1440)]).toEqual([1560, 1020, null, 1440]);
  });
});

describe('the week of opening hours', () => {
  it('is looked at from its earliest opening on', () => {
    expect([firstOpening(of([1, 9, 17], [4, 6, 12])), firstOpening(of([0, 21, 26])), firstOpening([])]).toEqual([360, 1_260, null]);
  });

  it('is told to the API as it was told by it', () => {
    const weekly = [
      { days: ['mo' as const, 'we' as const], opens: '08:00', closes: '12:00' },
      { days: ['mo' as const, 'we' as const], opens: '13:00', closes: '24:00' },
      { days: ['fr' as const], opens: '21:00', closes: '02:00' },
      { days: ['sa' as const], opens: '00:00', closes: '24:00' },
    ];
    expect(weeklyOf(weekOf(weekly))).toEqual(weekly);
  });

  it('what touches or overlaps on one day is one stretch, under the id of the one that came', () => {
    const { week, id } = withStretch(office, { day: 0, opens: 16 * 60, closes: 20 * 60 });
    expect(told(week)[0]).toBe('mo 08:00-20:00');
    expect(idOn(week, 0)).toBe(id);
    expect(told(of([1, 8, 12], [1, 12, 17]))).toEqual(['tu 08:00-17:00']);
    expect(told(of([1, 8, 12], [1, 13, 17]))).toEqual(['tu 08:00-12:00', 'tu 13:00-17:00']);
  });

  it('what overlaps to more than a day is cut at midnight, also from Sunday to Monday', () => {
    expect(told(of([0, 8, 31], [0, 20, 43]))).toEqual(['mo 08:00-24:00', 'tu 00:00-19:00']);
    expect(told(of([6, 8, 31], [6, 20, 43]))).toEqual(['mo 00:00-19:00', 'su 08:00-24:00']);
  });

  it('a stretch moves over midnight and over the end of the week as it is', () => {
    expect(told(moved(of([6, 20, 23]), 's1', { minutes: 120 }))).toEqual(['su 22:00-01:00']);
    expect(told(moved(of([6, 20, 23]), 's1', { minutes: 300 }))).toEqual(['mo 01:00-04:00']);
    expect(told(moved(of([0, 1, 4]), 's1', { minutes: -120, days: -1 }))).toEqual(['sa 23:00-02:00']);
  });

  it('a whole day moves by days only', () => {
    expect(told(moved(of([2, 0, 24]), 's1', { minutes: 15 }))).toEqual(['we 00:00-24:00']);
    expect(told(moved(of([2, 0, 24]), 's1', { days: 1 }))).toEqual(['th 00:00-24:00']);
  });

  it('a stretch takes other times, but none that the API could not say', () => {
    const one = of([2, 8, 12]);
    expect(told(withTimes(one, 's1', 480, 1440 + 120))).toEqual(['we 08:00-02:00']);
    for (const [opens, closes] of [[480, 480], [480, 480 + 1440], [600, 480], [-15, 480], [1440, 1500]] as const) {
      expect(withTimes(one, 's1', opens, closes)).toEqual(one);
    }
  });

  it('a night is split at midnight; a day is not', () => {
    expect(told(splitAtMidnight(of([4, 21, 26]), 's1'))).toEqual(['fr 21:00-24:00', 'sa 00:00-02:00']);
    expect(splitAtMidnight(of([4, 8, 24]), 's1')).toEqual(of([4, 8, 24]));
  });

  it("a day's hours are copied to others and replace theirs; it stays itself", () => {
    const week = withDayCopied(of([0, 8, 12], [0, 13, 17], [1, 9, 10]), 0, [0, 1, 6]);
    expect(told(week)).toEqual(['mo', 'tu', 'su'].flatMap((day) => [`${day} 08:00-12:00`, `${day} 13:00-17:00`]));
    expect(new Set(week.map(({ id }) => id)).size).toBe(6);
  });

  it('an empty day copied closes the others', () => expect(told(withDayCopied(of([0, 8, 12]), 3, [0]))).toEqual([]));

  it('a night is drawn in two columns', () => {
    const week = of([6, 21, 26]);
    const drawn = (day: number) => piecesOn(week, day).map(({ from, to, tail }) => [from, to, tail]);
    expect([drawn(6), drawn(0), drawn(1)]).toEqual([[[1260, 1440, false]], [[0, 120, true]], []]);
  });

  it('a new stretch finds a place: office hours, after the last one, before the first one, nowhere', () => {
    const place = (week: Week) => {
      const found = freePlace(week, 0);
      return found && `${writeTime(found.opens)}-${writeTime(found.closes)}`;
    };
    expect([place([]), place(of([0, 8, 12])), place(of([0, 8, 23])), place(of([0, 0, 24]))]).toEqual(['09:00-17:00', '13:00-17:00', '03:00-07:00', null]);
  });

  it('the open time of the week counts what overlaps over midnight once', () => {
    expect(openMinutes(office)).toBe(45 * 60);
    expect(openMinutes([...of([0, 21, 26]), ...of([1, 1, 3])])).toBe(6 * 60);
  });
});

describe('whatever is done to a week', () => {
  const stretch = fc.record({ day: fc.integer({ min: 0, max: 6 }), opens: fc.integer({ min: 0, max: 95 }), length: fc.integer({ min: 1, max: 95 }) });
  const step = fc.oneof(
    stretch.map(({ day, opens, length }) => (week: Week) => withStretch(week, { day, opens: opens * 15, closes: (opens + length) * 15 }).week),
    fc.tuple(fc.nat(9), fc.integer({ min: -7, max: 7 }), fc.integer({ min: -96, max: 96 })).map(([at, days, by]) => (week: Week) => moved(week, week[at]?.id ?? '', { days, minutes: by * 15 })),
    fc.tuple(fc.nat(9), fc.nat(95), fc.nat(190)).map(([at, opens, closes]) => (week: Week) => withTimes(week, week[at]?.id ?? '', opens * 15, closes * 15)),
    fc.nat(9).map((at) => (week: Week) => splitAtMidnight(week, week[at]?.id ?? '')),
    fc.nat(9).map((at) => (week: Week) => without(week, week[at]?.id ?? '')),
    fc.tuple(fc.nat(6), fc.subarray([0, 1, 2, 3, 4, 5, 6])).map(([from, to]) => (week: Week) => withDayCopied(week, from, to)),
  );

  it('the API can say it, and tells the same week back; ids are one each', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const week = steps.reduce<Week>((before, apply) => apply(before), []);
        expect(sameWeek(weekOf(weeklyOf(week)), week)).toBe(true);
        expect(new Set(week.map(({ id }) => id)).size).toBe(week.length);
        for (const { opens, closes } of weeklyOf(week)) expect(opens).not.toBe(closes);
      }),
      { numRuns: 300, seed: 24 },
    );
  });
});
