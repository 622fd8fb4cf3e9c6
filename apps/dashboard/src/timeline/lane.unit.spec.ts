import { describe, expect, it } from '@jest/globals';
import { changeBeside, type Piece, piecesOf, type Status, type Stretch, stretchAt, totalsOf, under } from './lane.js';

const view = { from: 0, to: 1_000 };
const WIDTH = 100; // 10 ms each

function chain(first: number, ...turns: readonly (readonly [Status, number | null])[]): Stretch[] {
  let from = first;
  return turns.map(([status, to]) => {
    const stretch = { status, from, to };
    from = to ?? from;
    return stretch;
  });
}

const told = (pieces: readonly Piece[]): string[] =>
  pieces.map(({ x0, x1, share }) => `${x0}-${x1} ${(Object.keys(share) as Status[]).filter((status) => share[status] > 0).map((status) => `${status} ${Math.round(share[status] * 100)}`).join(' ')}`);

describe('what is drawn of a lane', () => {
  it('stretches as they are, up to now, and nothing where nothing is known', () => {
    const day = chain(100, ['offline', 300], ['online', 600], ['busy', null]);
    expect(told(piecesOf(day, view, WIDTH, 800))).toEqual(['10-30 offline 100', '30-60 online 100', '60-80 busy 100']);
    expect(piecesOf([], view, WIDTH, 800)).toEqual([]);
  });

  it('only what is seen', () => {
    const day = chain(-5_000, ['offline', -100], ['online', 5_000], ['busy', null]);
    expect(told(piecesOf(day, view, WIDTH, 9_000))).toEqual(['0-100 online 100']);
  });

  it('puts together what is narrower than a pixel: shares of the time', () => {
    const busyDay = chain(0, ['offline', 500], ['online', 504], ['busy', 506], ['offline', 1_000]);
    expect(told(piecesOf(busyDay, view, WIDTH, 1_000))).toEqual(['0-50 offline 100', '50-51 online 40 busy 20 offline 40', '51-100 offline 100']);
  });

  it('draws an edge within a pixel where it is', () => {
    expect(told(piecesOf(chain(0, ['offline', 505], ['online', 1_000]), view, WIDTH, 1_000))).toEqual(['0-50.5 offline 100', '50.5-100 online 100']);
  });

  it('loses no time: the pieces come to what the stretches last', () => {
    const stretches: Stretch[] = [];
    for (let from = 0, i = 0; from < 1_000; i += 1) {
      const to = from + 1 + ((i * 7) % 23);
      stretches.push({ status: (['online', 'busy', 'offline'] as const)[i % 3] ?? 'offline', from, to });
      from = to;
    }
    const drawn = { online: 0, busy: 0, offline: 0 };
    for (const { x0, x1, share } of piecesOf(stretches, view, WIDTH, 1_000)) {
      for (const status of Object.keys(drawn) as Status[]) drawn[status] += share[status] * (x1 - x0) * 10;
    }
    const totals = totalsOf(stretches, view, 1_000);
    for (const status of Object.keys(drawn) as Status[]) expect(drawn[status]).toBeCloseTo(totals[status], 3);
  });

  it('100,000 changes are at most a piece for each pixel, and nearer they are themselves again', () => {
    const many = Array.from({ length: 100_000 }, (_, i): Stretch => ({ status: i % 2 === 0 ? 'online' : 'offline', from: i * 100, to: i * 100 + 100 }));
    const whole = { from: 0, to: 10_000_000 };
    const pieces = piecesOf(many, whole, 1_200, whole.to);
    expect(pieces.length).toBeLessThanOrEqual(1_200);
    expect(pieces[0]?.share.online).toBeCloseTo(0.5, 1);
    expect(piecesOf(many, { from: 5_000_000, to: 5_001_000 }, 1_200, whole.to)).toHaveLength(10);
  });
});

describe('what is under the pointer', () => {
  const day = chain(100, ['offline', 300], ['online', 304], ['busy', null]);

  it('the stretch, and how many changes are too near to be told apart', () => {
    expect(under(day, 20, view, WIDTH, 800)).toEqual({ of: day[0], changes: 0 });
    expect(under(day, 30, view, WIDTH, 800)).toEqual({ of: day[1], changes: 2 });
    expect(under(day, 60, view, WIDTH, 800)).toEqual({ of: day[2], changes: 0 });
  });

  it('nothing before the first and after now', () => {
    expect(stretchAt(day, 99, 800)).toBeUndefined();
    expect(stretchAt(day, 801, 800)).toBeUndefined();
    expect(stretchAt(day, 800, 800)).toBe(day[2]);
  });

  it('the changes beside an instant', () => {
    expect(changeBeside(day, 301, 1)).toBe(304);
    expect(changeBeside(day, 301, -1)).toBe(300);
    expect(changeBeside(day, 300, -1)).toBe(100);
    expect(changeBeside(day, 304, 1)).toBeNull();
    expect(changeBeside(day, 100, -1)).toBeNull();
  });
});
