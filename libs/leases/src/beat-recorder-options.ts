import type { Instant } from './lease-rows.js';
import type { Beat, RecordedBeat, Writing } from './record-beats.js';

export interface BeatRecorderOptions {
  /** A clock that only goes forwards, at the pace of time, ms from anywhere. The hour is never asked here. */
  readonly clock: { now(): Instant };
  /** The clock on the wall: it jumps when somebody sets it, and when the machine has slept while the steady one stood still. */
  readonly wall?: { now(): number };
  /** Writes beats and tells how the sessions stand (`recordBeats` on a pool); `now` is of the clock above. Rejects while Postgres is away. */
  readonly record: (beats: readonly Beat[], now: Instant, writing: Required<Writing>) => Promise<readonly RecordedBeat[]>;
  /**
   * Told at `now`, after a flush, that every beat received before `takenAt` is written or refused (`noteSight`); gives Postgres's clock,
   * rejects while Postgres is away. `latest` is the most that its clock can show at `now`.
   */
  readonly noteSight?: (takenAt: Instant, now: Instant, latest: Instant | null) => Promise<Instant>;
  /** So long after its last sight memory answers for the rows, ms (`patienceOf`); for ever without it. */
  readonly trustMs?: number;
  /** Between two flushes, ms; by default 500. */
  readonly flushEveryMs?: number;
  /** Told about a flush that failed; its beats stay for the next one. */
  readonly onFailure?: (error: unknown, kept: number) => void;
}

/** A session that beats, by its access token. */
export interface BeatingSession {
  readonly tenantId: string;
  readonly agentId: string;
  readonly sessionId: string;
}
