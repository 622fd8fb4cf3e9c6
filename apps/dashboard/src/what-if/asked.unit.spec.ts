import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Zone } from '../i18n/zone.js';
import { type Answer, differencesOf, inDays, laneOf, otherStretchesOf, sumsOf } from './asked.js';

type Interval = Answer['intervals'][number];
const cause = { eventId: 'e1', type: 'StatusChanged', actor: { kind: 'agent', id: 'A' } };
const at = (minute: number) => new Date(minute * 60_000).toISOString();
const side = (standing: Interval['was']['standing'], own: Interval['was']['cause'] = cause): Interval['was'] => {
  const status = standing === 'online' || standing === 'unattended' ? 'online' : standing === 'busy' ? 'busy' : 'offline';
  return { status, standing, rule: 'agents', cause: own };
};
const interval = (from: number, to: number, was: Interval['was'], would: Interval['was']): Interval => ({ from: at(from), to: at(to), differs: was.status !== would.status, was, would });

describe('an answer about what would have been', () => {
  const intervals = [
    interval(0, 10, side('online'), side('online')),
    interval(10, 20, side('online'), side('outside-hours', null)),
    interval(20, 25, side('unattended'), side('outside-hours', null)),
    interval(25, 30, side('missed'), side('outside-hours', null)),
  ];
  const answer = { intervals } as Answer;
  const supposed = { eventId: '', type: 'supposed', actor: { kind: 'supposed', id: '' } };

  it('is two lanes, each of stretches of one standing', () => {
    const told = (of: 'was' | 'would') => laneOf(answer, of, () => supposed).map(({ status, from, to, cause: by }) => [status, from / 60_000, to / 60_000, by.type]);
    expect(told('was')).toEqual([['online', 0, 20, 'StatusChanged'], ['online', 20, 25, 'StatusChanged'], ['offline', 25, 30, 'StatusChanged']]);
    expect(told('would')).toEqual([['online', 0, 10, 'StatusChanged'], ['offline', 10, 30, 'supposed']]);
  });

  it('differs in stretches that visitors would have seen, however they came about', () => {
    expect(differencesOf(answer).map(({ from, to }) => [from / 60_000, to / 60_000])).toEqual([[10, 25]]);
  });

  it('is otherwise in stretches of one standing on each side, seen by visitors or not', () => {
    const told = otherStretchesOf(answer).map(({ from, to, seen, was, would }) => [from / 60_000, to / 60_000, seen, `${was.standing} > ${would.standing}`]);
    expect(told).toEqual([[10, 20, true, 'online > outside-hours'], [20, 25, true, 'unattended > outside-hours'], [25, 30, false, 'missed > outside-hours']]);
  });

  it('who supposes what was so has no such stretch', () => {
    expect(otherStretchesOf({ intervals: intervals.map((one) => ({ ...one, would: one.was, differs: false })) } as Answer)).toEqual([]);
  });

  it('stretches that are seen come to what differs, and all of them to what moved from one standing to another', () => {
    const standing = fc.constantFrom<Interval['was']['standing'][]>('online', 'unattended', 'busy', 'outside-hours', 'missed', 'closed');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), standing, standing), { maxLength: 30 }), (parts) => {
        let reached = 0;
        const any = { intervals: parts.map(([minutes, was, would]) => interval(reached, (reached += minutes), side(was), side(would))) } as Answer;
        const sum = (of: readonly { from: number; to: number }[]) => of.reduce((all, { from, to }) => all + (to - from) / 60_000, 0);
        const stretches = otherStretchesOf(any);
        const lasted = (counts: (was: string, would: string) => boolean) =>
          parts.reduce((all, [minutes, was, would]) => all + (counts(was, would) ? minutes : 0), 0);
        const status = (of: string) => (of === 'online' || of === 'unattended' ? 'online' : of === 'busy' ? 'busy' : 'offline');
        expect(sum(stretches)).toBe(lasted((was, would) => was !== would));
        expect(sum(stretches.filter(({ seen }) => seen))).toBe(lasted((was, would) => status(was) !== status(would)));
        expect(sum(differencesOf(any))).toBe(sum(stretches.filter(({ seen }) => seen)));
      }),
    );
  });

  it('stretches are told by the day of the wall on which they begin', () => {
    const zone = new Zone('Europe/Berlin');
    const [late, beforeMidnight, next] = ['2026-11-22T21:00:00Z', '2026-11-22T22:59:00Z', '2026-11-22T23:00:00Z'].map((from) => ({ from: Date.parse(from) }));
    expect(inDays([late, beforeMidnight, next] as { from: number }[], zone)).toEqual([
      { day: Date.parse('2026-11-21T23:00:00Z'), stretches: [late, beforeMidnight] },
      { day: Date.parse('2026-11-22T23:00:00Z'), stretches: [next] },
    ]);
  });

  it('has sums only for what there was or would have been', () => {
    const none = { onlineSeconds: 0, unattendedOnlineSeconds: 0, busySeconds: 0, offlineSeconds: 0, missedSeconds: 0, outsideHoursSeconds: 0 };
    const was = { ...none, onlineSeconds: 60, offlineSeconds: 90, missedSeconds: 60 };
    expect(sumsOf({ was, would: { ...none, offlineSeconds: 150, outsideHoursSeconds: 150 } })).toEqual([
      { row: 'online', was: 60_000, would: 0 }, { row: 'missed', was: 60_000, would: 0 }, { row: 'outside', was: 0, would: 150_000 }, { row: 'closed', was: 30_000, would: 0 },
    ]);
  });
});
