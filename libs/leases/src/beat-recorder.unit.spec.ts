import { beforeEach, describe, expect, it } from '@jest/globals';
import { at, ManualClock } from '#testing';
import { BeatRecorder } from './beat-recorder.js';
import type { Beat, RecordedBeat, Standing } from './record-beats.js';

/** Lease rows as the recorder sees them: the statement of record-beats.ts in memory. */
class Rows {
  readonly sessions = new Map<string, { standing: Standing; leaseSeconds: number; lastSeen: number }>();
  readonly statements: Beat[][] = [];
  away = false;

  readonly record = async (beats: readonly Beat[]): Promise<RecordedBeat[]> => {
    await Promise.resolve();
    if (this.away) throw new Error('away');
    this.statements.push([...beats]);
    return beats.map(({ sessionId, at: seen }) => {
      const row = this.sessions.get(sessionId);
      if (row?.standing === 'open') row.lastSeen = Math.max(row.lastSeen, seen);
      return { sessionId, standing: row?.standing ?? 'ended', leaseSeconds: row?.leaseSeconds ?? 0 };
    });
  };
}

/** Lets promises settle until it is so. */
async function untilTrue(so: () => boolean): Promise<void> {
  for (let turn = 0; !so(); turn += 1) {
    if (turn === 100) throw new Error('it does not become true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const desktop = { tenantId: 't1', agentId: 'A', sessionId: 'A-desktop' };
const phone = { tenantId: 't1', agentId: 'A', sessionId: 'A-phone' };
const T0 = at('12:00:00');

describe('the memory of heartbeats', () => {
  let clock: ManualClock;
  let rows: Rows;
  let beats: BeatRecorder;
  let failures: number;

  beforeEach(() => {
    clock = new ManualClock(T0);
    rows = new Rows();
    failures = 0;
    beats = new BeatRecorder({ clock, record: rows.record, onFailure: () => (failures += 1) });
    for (const { sessionId } of [desktop, phone]) rows.sessions.set(sessionId, { standing: 'open', leaseSeconds: 120, lastSeen: T0 });
  });

  it('a session opened here is answered at once, without the database, and written by the next flush', async () => {
    beats.opened(desktop, 120, T0);
    clock.advance(30_000);
    expect(beats.beat(desktop)).toBe('open');
    expect(rows.statements).toEqual([]);
    await beats.flush();
    expect(rows.statements).toEqual([[{ tenantId: 't1', sessionId: 'A-desktop', at: T0 + 30_000 }]]);
    expect(beats.waiting).toBe(0);
  });

  it('several beats between two flushes are written once, as the last one', async () => {
    beats.opened(desktop, 120, T0);
    for (let i = 0; i < 3; i++) {
      clock.advance(100);
      void beats.beat(desktop);
    }
    await beats.flush();
    expect(rows.statements.map((s) => s.map((b) => b.at))).toEqual([[T0 + 300]]);
  });

  it('a session not seen here is decided by its row, and then known', async () => {
    expect(beats.beatFromMemory(desktop)).toBeUndefined();
    expect(await beats.beat(desktop)).toBe('open');
    expect(rows.statements).toHaveLength(1);
    expect(beats.beat(desktop)).toBe('open');
  });

  it('many unknown sessions of one moment are decided by one statement', async () => {
    expect(await Promise.all([beats.beat(desktop), beats.beat(phone), beats.beat(desktop)])).toEqual(['open', 'open', 'open']);
    expect(rows.statements).toHaveLength(1);
  });

  it('no row: the session has ended, and the next beat knows it without asking', async () => {
    rows.sessions.delete('A-desktop');
    expect(await beats.beat(desktop)).toBe('ended');
    expect(beats.beat(desktop)).toBe('ended');
    expect(rows.statements).toHaveLength(1);
  });

  it('a session that ended meanwhile is told by the flush: its next beat is refused (case 10)', async () => {
    beats.opened(desktop, 120, T0);
    rows.sessions.set('A-desktop', { standing: 'ended', leaseSeconds: 120, lastSeen: T0 });
    expect(beats.beat(desktop)).toBe('open');
    await beats.flush();
    expect(beats.beat(desktop)).toBe('ended');
  });

  it('a session whose lease may have run out since its last beat is asked for again', async () => {
    beats.opened(desktop, 120, T0);
    rows.sessions.set('A-desktop', { standing: 'ended', leaseSeconds: 120, lastSeen: T0 });
    clock.advance(120_000);
    expect(await beats.beat(desktop)).toBe('ended');
  });

  it('something happened to the agent: the next beat of each session asks the row, later ones do not', async () => {
    beats.opened(desktop, 120, T0);
    clock.advance(1000);
    beats.disturbed('A');
    clock.advance(1000);
    expect(beats.beatFromMemory(desktop)).toBeUndefined();
    expect(await beats.beat(desktop)).toBe('open');
    expect(beats.beatFromMemory(desktop)).toBe('open');
  });

  it('a sign-out here is known at once, also while a statement that still saw the session open is under way', async () => {
    const asked = beats.beat(desktop);
    beats.signedOut(desktop);
    await asked;
    expect(beats.beat(desktop)).toBe('signed-out');
  });

  it('while Postgres is away beats of known sessions are accepted and kept, newest first, for the flush after it', async () => {
    beats.opened(desktop, 120, T0);
    rows.away = true;
    for (let second = 30; second <= 600; second += 30) {
      clock.set(T0 + second * 1000);
      expect(beats.beat(desktop)).toBe('open');
      await expect(beats.flush()).rejects.toThrow('away');
    }
    expect([beats.waiting, failures]).toEqual([1, 20]);
    rows.away = false;
    await beats.flush();
    expect(rows.sessions.get('A-desktop')?.lastSeen).toBe(T0 + 600_000);
  });

  it('while Postgres is away an unknown session cannot be decided: the beat is refused and does not count', async () => {
    rows.away = true;
    await expect(beats.beat(desktop)).rejects.toThrow('away');
    expect(beats.waiting).toBe(0);
  });

  it('a beat that comes during a failing flush is not overwritten by the older one put back', async () => {
    beats.opened(desktop, 120, T0);
    void beats.beat(desktop);
    rows.away = true;
    const flushed = beats.flush().catch(() => undefined);
    clock.advance(400);
    void beats.beat(desktop);
    await flushed;
    rows.away = false;
    await beats.flush();
    expect(rows.sessions.get('A-desktop')?.lastSeen).toBe(T0 + 400);
  });

  it('a status change counts as a beat from its receipt, also for a session not known here (D8)', async () => {
    clock.advance(5000);
    expect(await beats.beatWithCommand(phone)).toBe('open');
    expect(rows.sessions.get('A-phone')?.lastSeen).toBe(T0 + 5000);
  });

  it('a status change does not ask the row only because the agent was busy switching: the command looks itself', async () => {
    beats.opened(desktop, 120, T0);
    clock.advance(1000);
    beats.disturbed('A');
    clock.advance(1000);
    expect(beats.beatWithCommand(desktop)).toBe('open');
    await beats.flush();
    expect(rows.sessions.get('A-desktop')?.lastSeen).toBe(T0 + 2000);
  });

  it('a status change after the deadline is decided by the row: once it is accepted nothing may expire the session (D9)', async () => {
    beats.opened(desktop, 120, T0);
    clock.advance(120_000);
    expect(await beats.beatWithCommand(desktop)).toBe('open');
    expect(rows.sessions.get('A-desktop')?.lastSeen).toBe(T0 + 120_000);
    rows.sessions.set('A-phone', { standing: 'ended', leaseSeconds: 120, lastSeen: T0 });
    expect(await beats.beatWithCommand(phone)).toBe('ended');
  });

  it('an end that the flush has told is not undone by the answer of an older statement that arrives later (case 10)', async () => {
    const answers: (() => void)[] = [];
    const slow = new BeatRecorder({
      clock,
      record: async (given) => {
        const standings = await rows.record(given);
        await new Promise<void>((resolve) => answers.push(resolve));
        return standings;
      },
    });
    slow.opened(desktop, 120, T0);
    void slow.beat(desktop);
    clock.advance(1000);
    slow.disturbed('A');
    clock.advance(1000);
    const asked = slow.beat(desktop); // the row says open, and its answer is on the way
    await untilTrue(() => answers.length === 1);
    rows.sessions.set('A-desktop', { standing: 'ended', leaseSeconds: 120, lastSeen: T0 });
    const flushed = slow.flush();
    await untilTrue(() => answers.length === 2);
    answers[1]?.();
    await flushed;
    answers[0]?.();
    await asked;
    expect(slow.beat(desktop)).toBe('ended');
  });

  it('a flush whose timer does not come, because requests leave the process no time for it, is begun by the next beat', async () => {
    const sights: number[] = [];
    const noteSight = async (takenAt: number, now: number): Promise<number> => {
      sights.push(takenAt - T0);
      return now;
    };
    const storm = new BeatRecorder({ clock, record: rows.record, noteSight, flushEveryMs: 3_600_000 });
    storm.start();
    await untilTrue(() => sights.length === 1);
    storm.opened(desktop, 7_200, T0);
    expect(storm.beat(desktop)).toBe('open');
    clock.advance(3_600_001);
    expect(storm.beat(desktop)).toBe('open');
    await untilTrue(() => sights.length === 2);
    expect([rows.statements.flat().map(({ at: seen }) => seen - T0), sights]).toEqual([[0], [0, 3_600_001]]);
    await storm.stop();
  });

  it('a stop writes what waits', async () => {
    beats.opened(desktop, 120, T0);
    clock.advance(1000);
    void beats.beat(desktop);
    await beats.stop();
    expect(rows.sessions.get('A-desktop')?.lastSeen).toBe(T0 + 1000);
  });

  it('what it knew before its machine slept is asked again: others may have ended what it still remembers as open', async () => {
    const wall = new ManualClock(T0);
    const sleepy = new BeatRecorder({ clock, wall, record: rows.record });
    sleepy.opened(desktop, 120, T0);
    expect(sleepy.beatFromMemory(desktop)).toBe('open');
    wall.advance(3_600_000); // the steady clock stood still meanwhile
    expect(sleepy.beatFromMemory(desktop)).toBeUndefined();
    rows.sessions.set('A-desktop', { standing: 'ended', leaseSeconds: 120, lastSeen: T0 });
    expect(await sleepy.beat(desktop)).toBe('ended');
  });

  it("tells with each batch what Postgres's clock can show at most: nothing before it has heard of it, and nothing after the clocks have leapt", async () => {
    const wall = new ManualClock(T0);
    const hour = at('15:00:00');
    const latest: (number | null)[] = [];
    const recorder = new BeatRecorder({
      clock,
      wall,
      record: async (given, now, writing) => {
        latest.push(writing.latest);
        return rows.record(given);
      },
      noteSight: async () => hour,
    });
    const beatAndFlush = async (): Promise<void> => {
      recorder.opened(desktop, 7_200, clock.now());
      void recorder.beat(desktop);
      await recorder.flush();
    };
    await beatAndFlush();
    for (const each of [clock, wall]) each.advance(400);
    await beatAndFlush();
    wall.advance(3_600_000);
    await beatAndFlush();
    expect(latest).toEqual([null, hour + 400, null]);
  });

  it('forgets sessions that do not beat any more', async () => {
    beats.opened(desktop, 120, T0);
    beats.opened(phone, 120, T0 + 60_000);
    clock.advance(121_000);
    await beats.flush();
    expect(beats.remembered).toBe(1);
  });
});
