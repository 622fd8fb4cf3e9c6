import { describe, expect, it } from '@jest/globals';
import { parseTimestamptz } from './column-types.js';

describe('a time as Postgres writes it', () => {
  it.each([
    ['2026-01-31 12:34:56.789+00', '2026-01-31T12:34:56.789Z'],
    ['2026-01-31 12:34:56+00', '2026-01-31T12:34:56.000Z'],
    ['2026-01-31 12:34:56.7+00', '2026-01-31T12:34:56.700Z'],
    ['2026-01-31 12:34:56.05+00', '2026-01-31T12:34:56.050Z'],
    ['2026-01-31 23:59:59.999999+00', '2026-01-31T23:59:59.999Z'],
    ['2024-02-29 00:00:00+00', '2024-02-29T00:00:00.000Z'],
    ['1969-12-31 23:59:59.5+00', '1969-12-31T23:59:59.500Z'],
    ['0099-03-01 01:02:03.004+00', '0099-03-01T01:02:03.004Z'],
  ])('%s is %s', (written, meant) => {
    expect(new Date(parseTimestamptz(written)).toISOString()).toBe(meant);
  });

  it('is read right whatever day was read before', () => {
    const days = ['2026-01-31', '2026-02-01', '2026-01-31'].map((date) => parseTimestamptz(`${date} 00:00:00.001+00`));
    expect(days).toEqual(['2026-01-31', '2026-02-01', '2026-01-31'].map((date) => Date.parse(`${date}T00:00:00.001Z`)));
  });

  it('may be without end', () => {
    expect([parseTimestamptz('infinity'), parseTimestamptz('-infinity')]).toEqual([Infinity, -Infinity]);
  });
});
