import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, ManualClock } from '#testing';
import { BeatRecorder } from './beat-recorder.js';
import type { Beat, RecordedBeat } from './record-beats.js';

const T0 = at('12:00:00');
const SESSIONS = ['s1', 's2', 's3'];
const FAULTS = ['none', 'before', 'after'] as const;
type Fault = (typeof FAULTS)[number];

/** Postgres as the recorder knows it: statements wait until the script carries them out, fails them, or loses their answer. */
class ScriptedPostgres {
  readonly rows = new Map<string, number>();
  readonly under: ((fault: Fault) => void)[] = [];
  /** What sight was claimed, and what was recorded at that moment. */
  readonly claims: { readonly takenAt: number; readonly rows: ReadonlyMap<string, number> }[] = [];

  readonly record = (beats: readonly Beat[]): Promise<RecordedBeat[]> =>
    this.#statement(() => {
      for (const { sessionId, at: seen } of beats) this.rows.set(sessionId, Math.max(this.rows.get(sessionId) ?? 0, seen));
      return beats.map(({ sessionId }) => ({ sessionId, standing: 'open' as const, leaseSeconds: 120 }));
    });

  readonly noteSight = (takenAt: number, now: number): Promise<number> =>
    this.#statement(() => {
      this.claims.push({ takenAt, rows: new Map(this.rows) });
      return now;
    });

  #statement<T>(carryOut: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.under.push((fault) => {
        if (fault === 'before') return reject(new Error('away'));
        const answer = carryOut();
        if (fault === 'after') reject(new Error('the answer was lost'));
        else resolve(answer);
      });
    });
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('beat' as const, 'beat with command' as const), session: fc.constantFrom(...SESSIONS) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('flush' as const) }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('statement' as const), nth: fc.nat(3), fault: fc.constantFrom('none' as const, ...FAULTS) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('time' as const), ms: fc.oneof(fc.nat(900), fc.constant(130_000)) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('disturb' as const) }) },
);

describe('the sight of a process', () => {
  it('is never claimed beyond a beat that was accepted and is not recorded, however slow and faulty the statements are', async () => {
    let claimed = 0;
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const clock = new ManualClock(T0);
        const postgres = new ScriptedPostgres();
        const { record, noteSight } = postgres;
        const beats = new BeatRecorder({ clock, record, noteSight, trustMs: 60_000 });
        const heard: { sessionId: string; at: number }[] = [];
        beats.opened({ tenantId: 't1', agentId: 'A', sessionId: 's1' }, 120, T0);
        for (const one of steps) {
          if (one.does === 'beat' || one.does === 'beat with command') {
            const session = { tenantId: 't1', agentId: 'A', sessionId: one.session };
            const beat = { sessionId: one.session, at: clock.now() };
            const answer = one.does === 'beat' ? beats.beat(session) : beats.beatWithCommand(session);
            void Promise.resolve(answer).then((standing) => standing === 'open' && heard.push(beat), () => undefined);
          } else if (one.does === 'flush') void beats.flush().catch(() => undefined);
          else if (one.does === 'statement') postgres.under.splice(Math.min(one.nth, postgres.under.length - 1), 1)[0]?.(one.fault);
          else if (one.does === 'time') clock.advance(one.ms);
          else beats.disturbed('A');
          await settle();
        }
        while (postgres.under.length > 0) {
          postgres.under.shift()?.('none');
          await settle();
        }
        claimed += postgres.claims.length;
        accepted += heard.length;
        for (const { takenAt, rows } of postgres.claims) {
          for (const beat of heard) if (beat.at < takenAt) expect(rows.get(beat.sessionId) ?? 0).toBeGreaterThanOrEqual(beat.at);
        }
      }),
      { numRuns: 400 },
    );
    expect([claimed, accepted].map((n) => n > 500)).toEqual([true, true]); // so the property was about something
  }, 60_000);

  it('waits for a beat that was received and that its row has not decided yet', async () => {
    const clock = new ManualClock(T0);
    const postgres = new ScriptedPostgres();
    const beats = new BeatRecorder({ clock, record: postgres.record, noteSight: postgres.noteSight });
    const answer = beats.beat({ tenantId: 't1', agentId: 'A', sessionId: 's1' });
    await settle();
    clock.advance(1500);
    const flushed = beats.flush();
    await settle();
    postgres.under.pop()?.('none'); // the sight, before the statement that decides
    await flushed;
    expect(postgres.claims.map(({ takenAt }) => takenAt)).toEqual([T0]);
    postgres.under.pop()?.('none');
    expect(await answer).toBe('open');
    void beats.flush();
    await settle();
    postgres.under.pop()?.('none');
    expect(postgres.claims.at(-1)?.takenAt).toBe(T0 + 1500);
  });
});

describe('a process that is cut off from Postgres', () => {
  const session = { tenantId: 't1', agentId: 'A', sessionId: 's1' };
  const trustMs = 37_500;

  it('accepts beats from memory for a while, and then no more: the others may end the sessions it can record nothing of', async () => {
    const clock = new ManualClock(T0);
    let away = false;
    const record = async (given: readonly Beat[]): Promise<RecordedBeat[]> => {
      if (away) throw new Error('away');
      return given.map(({ sessionId }) => ({ sessionId, standing: 'open', leaseSeconds: 120 }));
    };
    const noteSight = async (_takenAt: number, now: number): Promise<number> => {
      if (away) throw new Error('away');
      return now;
    };
    const beats = new BeatRecorder({ clock, record, noteSight, trustMs });
    await beats.flush();
    beats.opened(session, 120, T0);
    away = true;
    clock.advance(trustMs - 1);
    expect(beats.beat(session)).toBe('open');
    await expect(beats.flush()).rejects.toThrow('away');
    clock.advance(1);
    expect(beats.beatFromMemory(session)).toBeUndefined();
    await expect(beats.beat(session)).rejects.toThrow('away');
    away = false;
    expect(await beats.beat(session)).toBe('open');
    await beats.flush();
    expect(beats.beat(session)).toBe('open');
  });

  it('and one that nobody has heard of yet answers nothing from memory: nobody would miss it', async () => {
    const clock = new ManualClock(T0);
    const seen: Beat[] = [];
    const beats = new BeatRecorder({
      clock,
      record: async (given) => {
        seen.push(...given);
        return given.map(({ sessionId }) => ({ sessionId, standing: 'open', leaseSeconds: 120 }));
      },
      noteSight: async (_takenAt, now) => now,
      trustMs,
    });
    beats.opened(session, 120, T0);
    expect(await beats.beat(session)).toBe('open');
    expect(seen).toHaveLength(1);
    await beats.flush();
    expect(beats.beat(session)).toBe('open');
    expect(seen).toHaveLength(1);
  });
});
