import { describe, expect, it } from '@jest/globals';
import { dragged, type Hold } from './grid-drag.js';
import { wishOfKey } from './grid-keys.js';
import { writeTime } from './wall-time.js';
import { DAYS, type Week, weekOf } from './week.js';

const week = weekOf([{ days: ['tu'], opens: '08:00', closes: '12:00' }, { days: ['fr'], opens: '21:00', closes: '02:00' }]);
const [morning, night] = week.map(({ id }) => id) as [string, string];
const told = (after: Week): string[] => after.map(({ day, opens, closes }) => `${DAYS[day]} ${writeTime(opens)}-${writeTime(closes)}`);
const drag = (hold: Hold, [fromDay, fromHour]: readonly [number, number], [toDay, toHour]: readonly [number, number]): string[] =>
  told(dragged(week, hold, { day: fromDay, minute: fromHour * 60 }, { day: toDay, minute: toHour * 60 }).week);

describe('the pointer on the week', () => {
  it('draws on an empty place, down or up, in quarters of an hour, on one day', () => {
    expect(drag({ kind: 'draw' }, [0, 9.1], [0, 16.9])[0]).toBe('mo 09:00-17:00');
    expect(drag({ kind: 'draw' }, [0, 17], [3, 9])[0]).toBe('mo 09:00-17:00');
    expect(drag({ kind: 'draw' }, [0, 24], [0, 24])[0]).toBe('mo 23:45-24:00');
  });
  it('moves a block to another day and time, also over midnight', () => {
    expect(drag({ kind: 'move', id: morning }, [1, 9], [2, 10.6])).toEqual(['we 09:30-13:30', 'fr 21:00-02:00']);
    expect(drag({ kind: 'move', id: morning }, [1, 9], [1, 23])).toEqual(['tu 22:00-02:00', 'fr 21:00-02:00']);
  });
  it('pulls edges, the lower one over midnight into the next column', () => {
    expect(drag({ kind: 'end', id: morning }, [1, 12], [1, 13.1])[0]).toBe('tu 08:00-13:00');
    expect(drag({ kind: 'end', id: morning }, [1, 12], [2, 3])[0]).toBe('tu 08:00-03:00');
    expect(drag({ kind: 'start', id: morning }, [1, 8], [1, 6])[0]).toBe('tu 06:00-12:00');
    expect(drag({ kind: 'end', id: night }, [5, 2], [4, 23])[1]).toBe('fr 21:00-23:00');
  });
  it('never makes a block vanish or turn over', () => {
    expect(drag({ kind: 'end', id: morning }, [1, 12], [1, 5])[0]).toBe('tu 08:00-08:15');
    expect(drag({ kind: 'start', id: morning }, [1, 8], [1, 15])[0]).toBe('tu 08:00-12:00');
  });
});

describe('the keyboard on the week', () => {
  const none = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
  const press = (key: string, more: Partial<typeof none> = {}): string | null => {
    const wish = wishOfKey({ key, ...none, ...more }, week, week[0] as Week[number]);
    return wish !== null && typeof wish === 'object' ? (told(wish.week).find((one) => !one.startsWith('fr')) ?? null) : wish;
  };
  it.each([
    ['ArrowDown', {}, 'tu 08:15-12:15'],
    ['ArrowUp', {}, 'tu 07:45-11:45'],
    ['ArrowRight', {}, 'we 08:00-12:00'],
    ['ArrowLeft', {}, 'mo 08:00-12:00'],
    ['ArrowDown', { shiftKey: true }, 'tu 08:00-12:15'],
    ['ArrowUp', { altKey: true }, 'tu 07:45-12:00'],
    ['Enter', {}, 'open'],
    ['Delete', {}, 'remove'],
    ['Tab', {}, null],
    ['ArrowDown', { ctrlKey: true }, null],
  ])('%s %j: %s', (key, more, after) => expect(press(key, more)).toBe(after));
});
