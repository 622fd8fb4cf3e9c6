import { describe, expect, it } from '@jest/globals';
import { bodyOf, type DatedRule, draftOf, type HoursBody, NO_HOURS, OFFICE_HOURS, ruleOn, sameDraft, withDated, withoutDated, withoutPast } from './draft.js';

const WHOLE: HoursBody = {
  timeZone: 'Europe/Vienna',
  weekly: [{ days: ['mo', 'fr'], opens: '21:00', closes: '02:00' }],
  exceptions: [
    { from: '2026-12-24', to: '2026-12-24', intervals: [{ opens: '08:00', closes: '12:00' }, { opens: '20:00', closes: '01:00' }], label: 'Christmas Eve' },
    { from: '2026-12-27', to: '2026-12-31', closed: true },
  ],
  holidays: { country: 'DE', region: 'BY' },
  closedPermanently: true,
};
const rule = (from: string, to: string, label: string): Omit<DatedRule, 'id'> & { id: null } => ({ id: null, from, to, label, intervals: [] });

describe('hours while they are edited', () => {
  it('are sent as they were read', () => {
    expect(bodyOf(draftOf(WHOLE))).toEqual(WHOLE);
    expect(bodyOf(NO_HOURS)).toEqual({ weekly: [] });
  });

  it('are the same where they would be kept the same', () => {
    const touching = { weekly: [{ days: ['mo' as const], opens: '08:00', closes: '12:00' }, { days: ['mo' as const], opens: '12:00', closes: '17:00' }] };
    expect(sameDraft(draftOf(touching), draftOf({ weekly: [{ days: ['mo'], opens: '08:00', closes: '17:00' }] }))).toBe(true);
    expect(sameDraft(NO_HOURS, OFFICE_HOURS)).toBe(false);
  });

  it('dates stand in their order, and a turned period is turned back', () => {
    const draft = withDated(withDated(OFFICE_HOURS, rule('2026-12-31', '2026-12-31', 'b')), rule('2026-12-26', '2026-12-24', 'a'));
    expect(draft.dated.map(({ id, from, to }) => [id, from, to])).toEqual([['d2', '2026-12-24', '2026-12-26'], ['d1', '2026-12-31', '2026-12-31']]);
    expect(withDated(draft, { ...rule('2027-01-01', '2027-01-01', 'c'), id: 'd2' }).dated.map(({ label }) => label)).toEqual(['b', 'c']);
    expect(withoutDated(draft, 'd1').dated.map(({ id }) => id)).toEqual(['d2']);
    expect(withoutPast(draft, '2026-12-27').dated.map(({ id }) => id)).toEqual(['d1']);
  });

  it('of two rules for a day the shorter holds, of two as short the later one', () => {
    const { dated } = [rule('2026-12-20', '2026-12-31', 'long'), rule('2026-12-24', '2026-12-24', 'first'), rule('2026-12-24', '2026-12-24', 'second')]
      .reduce(withDated, OFFICE_HOURS);
    expect(['2026-12-24', '2026-12-25', '2027-01-01'].map((date) => ruleOn(dated, date)?.label)).toEqual(['second', 'long', undefined]);
  });
});
