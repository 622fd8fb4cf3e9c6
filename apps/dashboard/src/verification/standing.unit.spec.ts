import { describe, expect, it } from '@jest/globals';
import { paceOf, percentOf, type RunSummary, standingOf } from './standing.js';

const run = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  ...{ id, mode: 'verify', tenantId: 't', state: 'done', processed: 40, total: 40, drift: 0, shownDrift: 0, position: 90, hash: 'ab', fault: null },
  ...{ requestedAt: '2026-11-23T10:00:00.000Z', finishedAt: '2026-11-23T10:00:05.000Z' },
  ...more,
});
const background = (verifiedAt: string | null, drift = 0) => ({ drift, differences: [], shownDifferences: [], position: 80, verifiedAt });

describe('what is known of the read model', () => {
  it('is nothing before the first verification, however many were cancelled', () => {
    expect(standingOf(background(null), [run('a', { state: 'cancelled' }), run('b', { state: 'running', finishedAt: null })])).toBeNull();
  });

  it('is what the newest said, whether somebody asked for it or not', () => {
    const runs = [run('b'), run('a', { drift: 3, finishedAt: '2026-11-23T09:00:00.000Z' })];
    const asked = { how: 'verify', drift: 0, events: 40, position: 90, hash: 'ab', runId: 'b' };
    expect(standingOf(background('2026-11-23T09:59:00.000Z', 7), runs)).toMatchObject(asked);
    expect(standingOf(background('2026-11-23T11:00:00.000Z', 7), runs)).toMatchObject({ how: 'background', drift: 7, events: null, position: 80, runId: null });
  });

  it('after a rebuild is that nothing differs any more, and how much it healed', () => {
    expect(standingOf(background(null), [run('a', { mode: 'rebuild', drift: 4 })])).toMatchObject({ how: 'rebuild', drift: 0, healed: 4 });
  });

  it('a run that was cancelled, went on and ended late counts by its end, not by its place in the list', () => {
    const runs = [run('new', { drift: 2 }), run('old', { finishedAt: '2026-11-23T12:00:00.000Z' })];
    expect(standingOf(background(null), runs)).toMatchObject({ runId: 'old', drift: 0 });
  });
});

describe('how quickly a run goes', () => {
  it('is told once there is something to tell, and begins anew with another run', () => {
    const first = { id: 'a', processed: 1_000, at: 0 };
    expect(paceOf(first, { id: 'a', processed: 1_000, at: 5_000 }, 9_000)).toBeNull();
    expect(paceOf(first, { id: 'a', processed: 1_500, at: 100 }, 9_000)).toBeNull();
    expect(paceOf(first, { id: 'b', processed: 1_500, at: 5_000 }, 9_000)).toBeNull();
    expect(paceOf(first, { id: 'a', processed: 5_000, at: 2_000 }, 9_000)).toEqual({ perSecond: 2_000, left: 2_000 });
  });

  it('is never all before the end', () => {
    const of = (processed: number, total: number): number => percentOf({ processed, total });
    expect([of(0, 0), of(999, 1_000), of(1_000, 1_000)]).toEqual([0, 99, 99]);
  });
});
