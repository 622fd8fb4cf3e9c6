import { describe, expect, it } from '@jest/globals';
import { speak } from '../i18n/locale.js';
import { duration, fromField, toField, viewTitle } from './times.js';
import { viewOf } from './view.js';
import { Zone } from '../i18n/zone.js';

const berlin = new Zone('Europe/Berlin');

describe('an instant in a field', () => {
  it.each([
    ['2026-11-23T14:03', '2026-11-23T13:03:00.000Z'],
    ['2026-07-01T00:00', '2026-06-30T22:00:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'], // twice on that day: the first one
    ['2026-10-25T12:00', '2026-10-25T11:00:00.000Z'],
    ['2026-03-29T12:00', '2026-03-29T10:00:00.000Z'],
  ])('%s in Berlin is %s', (field, instant) => {
    expect(new Date(fromField(field, berlin) ?? 0).toISOString()).toBe(instant);
    expect(toField(Date.parse(instant), berlin)).toBe(field);
  });

  it('that no clock shows is the one an hour on; nothing filled in is nothing', () => {
    expect(toField(fromField('2026-03-29T02:30', berlin) ?? 0, berlin)).toBe('2026-03-29T03:30');
    expect(fromField('', berlin)).toBeNull();
  });
});

describe('how long something lasted', () => {
  it.each([
    [400, '< 1 sec', '< 1 Sek.'],
    [59_000, '59 sec', '59 Sek.'],
    [3_600_000, '1 hr', '1 Std.'],
    [8_130_000, '2 hr 15 min', '2 Std. 15 Min.'],
    [273_600_000, '3 days 4 hr', '3 Tg. 4 Std.'],
  ])('%i ms: %s, %s', (ms, english, german) => {
    speak('en');
    const said = duration(ms);
    speak('de');
    expect([said, duration(ms)]).toEqual([english, german]);
    speak('en');
  });
});

it('what is seen has a title of its own: a day, a month, a year, a stretch', () => {
  const at = Date.parse('2026-10-25T12:00:00Z');
  const titles = (['day', 'month', 'year'] as const).map((unit) => viewTitle(viewOf(unit, at, berlin), berlin));
  expect(titles).toEqual([expect.stringContaining('25'), expect.stringContaining('October'), '2026']);
  expect(viewTitle({ from: at, to: at + 3_600_000 }, berlin)).toContain('2026');
});
