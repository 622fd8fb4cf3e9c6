import { describe, expect, it } from '@jest/globals';
import { createUpcasting } from './index.js';

describe('upcasting', () => {
  const upcasting = createUpcasting([
    { type: 'Moved', from: 2, up: (data) => ({ ...data, three: true }) },
    { type: 'Moved', from: 1, up: (data) => ({ ...data, two: true }) },
  ]);

  it('lifts data from the version it was written with to that of today', () => {
    expect(upcasting.lift('Moved', 1, { one: 1 })).toEqual({ data: { one: 1, two: true, three: true }, version: 3 });
    expect(upcasting.lift('Moved', 2, { one: 1 })).toEqual({ data: { one: 1, three: true }, version: 3 });
    expect(upcasting.lift('Moved', 3, { one: 1 })).toEqual({ data: { one: 1 }, version: 3 });
  });

  it('leaves alone what it does not know: another type, a newer version', () => {
    expect(upcasting.lift('Other', 1, { one: 1 })).toEqual({ data: { one: 1 }, version: 1 });
    expect(upcasting.lift('Moved', 9, { one: 1 })).toEqual({ data: { one: 1 }, version: 9 });
  });

  it('says which version new events are written with', () => {
    expect([upcasting.currentVersion('Moved'), upcasting.currentVersion('Other')]).toEqual([3, 1]);
  });

  it.each([
    ['a gap', [1, 3]],
    ['a doublet', [1, 1]],
    ['no beginning', [2]],
  ])('refuses a chain with %s', (_what, versions) => {
    expect(() => createUpcasting(versions.map((from) => ({ type: 'Moved', from, up: (data) => data })))).toThrow(/Upcasters of Moved: expected/);
  });
});
