import { describe, expect, it } from '@jest/globals';
import { hoursBody } from './hours.js';

const pointers = (body: unknown): string[] => hoursBody.safeParse(body).error?.issues.map(({ path }) => `/${path.join('/')}`) ?? [];
const interval = { days: ['mo'], opens: '08:00', closes: '17:00' };

describe('the hours body of the contract', () => {
  it('is taken whole', () => {
    expect(
      pointers({
        timeZone: 'Europe/Berlin',
        weekly: [interval],
        exceptions: [
          { from: '2026-12-24', to: '2026-12-24', closed: true, label: 'Heiligabend' },
          { from: '2026-12-31', to: '2026-12-31', intervals: [{ opens: '08:00', closes: '12:00' }] },
        ],
        holidays: { country: 'DE', region: 'BY' },
        closedPermanently: true,
      }),
    ).toEqual([]);
  });

  it.each([
    ['an unknown property', { weekly: [interval], color: 'red' }, '/'],
    ['a day that is none', { weekly: [{ ...interval, days: ['montag'] }] }, '/weekly/0/days/0'],
    ['a time that is a number', { weekly: [{ ...interval, opens: 8 }] }, '/weekly/0/opens'],
    ['closed: false', { weekly: [interval], exceptions: [{ from: '2026-12-24', to: '2026-12-24', closed: false }] }, '/exceptions/0/closed'],
    ['a label of two lines', { weekly: [interval], exceptions: [{ from: '2026-12-24', to: '2026-12-24', closed: true, label: 'a\nb' }] }, '/exceptions/0/label'],
    ['no week', {}, '/weekly'],
    ['a list that is too long', { weekly: Array.from({ length: 101 }, () => interval) }, '/weekly'],
  ])('refuses %s', (_, body, pointer) => {
    expect(pointers(body)).toEqual([pointer]);
  });
});
