import { describe, expect, it } from '@jest/globals';
import { type Answer, differencesOf, laneOf, sumsOf } from './asked.js';

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

  it('has sums only for what there was or would have been', () => {
    const none = { onlineSeconds: 0, unattendedOnlineSeconds: 0, busySeconds: 0, offlineSeconds: 0, missedSeconds: 0, outsideHoursSeconds: 0 };
    const was = { ...none, onlineSeconds: 60, offlineSeconds: 90, missedSeconds: 60 };
    expect(sumsOf({ was, would: { ...none, offlineSeconds: 150, outsideHoursSeconds: 150 } })).toEqual([
      { row: 'online', was: 60_000, would: 0 }, { row: 'missed', was: 60_000, would: 0 }, { row: 'outside', was: 0, would: 150_000 }, { row: 'closed', was: 30_000, would: 0 },
    ]);
  });
});
