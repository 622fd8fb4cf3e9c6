import type { BeatingSession, BeatRecorderOptions } from './beat-recorder-options.js';
import { ClockLeaps } from './clock-leaps.js';
import { type Known, KnownSessions } from './known-sessions.js';
import { LatestHour } from './latest-hour.js';
import type { Instant } from './lease-rows.js';
import type { Beat, Standing } from './record-beats.js';
import { oldestOf, type Undecided } from './undecided.js';

/** Between two flushes, ms (architecture 5): what a crash of this process may lose of presence, far below any lease. */
const FLUSH_EVERY_MS = 500;

/** Beats of one statement; 60k-110k rows/s were measured, so one takes about a tenth of a second. */
const BEATS_PER_STATEMENT = 10_000;

/**
 * Answers beats from memory and writes them in batches. A session is
 *   unknown: decided by the row at once (enter: never seen here, lease run out since the last beat, something happened to its agent);
 *   open:    answered from memory, the beat waits for the next flush (enter: the row said so, or it was opened here);
 *   closed:  refused from memory, `signed-out` or `ended` (enter: the row said so, or it was signed out here). For good.
 * While Postgres is away open sessions go on for `trustMs` (D10: nobody expires because of us) and unknown ones reject. After that all are
 * decided by the row: a process that is cut off must not accept beats that it can never record, while the others end these sessions. Nor
 * does it before its first sight, for until then nobody would miss it. After a leap of the clocks nothing that was known to be open is.
 */
export class BeatRecorder {
  readonly #sessions = new KnownSessions();
  #waiting = new Map<string, Beat>();
  #undecided = new Map<string, Undecided>();
  #deciding = false;
  /** When the oldest beat of the batch that the rows are deciding was received. */
  #decidingSince = Number.POSITIVE_INFINITY;
  #flushing: Promise<void> | null = null;
  #flushedAt: Instant;
  #timer: NodeJS.Timeout | null = null;
  /** Every beat received before is recorded. */
  #sight = Number.NEGATIVE_INFINITY;
  readonly #leaps: ClockLeaps;
  readonly #latest = new LatestHour();

  constructor(private readonly options: BeatRecorderOptions) {
    this.#leaps = new ClockLeaps(options.clock, options.wall);
    this.#flushedAt = options.clock.now();
  }

  /** Flushes, which makes this process known to the others, and then every 500 ms. */
  start(): void {
    this.#timer ??= setInterval(() => this.#flushQuietly(), this.#flushEveryMs);
    this.#flushQuietly();
  }

  /** Ends the flushing and writes what waits, if Postgres is there. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.flush().catch(() => undefined); // may have begun before the last beat
    if (this.#waiting.size > 0) await this.flush().catch(() => undefined);
  }

  /** A beat, if memory can answer it: no waiting, no database. Undefined = ask `beat`. */
  beatFromMemory(session: BeatingSession): Standing | undefined {
    this.#noteLeap();
    const now = this.options.clock.now();
    this.#flushIfLate(now);
    return this.#answer(session, this.#sessions.undisturbed(session, now), now);
  }

  /** A beat; decided by the row if memory cannot. Rejects if the row is needed and Postgres is away: the beat does not count then. */
  beat(session: BeatingSession): Standing | Promise<Standing> {
    const { tenantId, sessionId } = session;
    return this.beatFromMemory(session) ?? this.#decide({ tenantId, sessionId, at: this.options.clock.now() });
  }

  /**
   * A sign of life that comes with a command (a status change, behaviour D8), to be called before the command. As a beat, but what has
   * happened to the agent meanwhile is not asked of the row: the command sees that itself.
   */
  beatWithCommand(session: BeatingSession): Standing | Promise<Standing> {
    this.#noteLeap();
    const now = this.options.clock.now();
    return this.#answer(session, this.#sessions.withinLease(session.sessionId, now), now) ?? this.beat(session);
  }

  /** By the clock that everything here goes by. */
  now(): Instant {
    return this.options.clock.now();
  }

  /** A session was opened here, not before `at`, which counts as its first beat. */
  opened({ sessionId }: BeatingSession, leaseSeconds: number, at: Instant): void {
    this.#sessions.confirm(sessionId, leaseSeconds * 1000, at, at);
  }

  /** A session was signed out here. */
  signedOut({ sessionId }: BeatingSession): void {
    this.#sessions.close(sessionId, 'signed-out', this.options.clock.now());
  }

  /** Something was recorded about the agent, here or elsewhere: the next beat of each of its sessions asks the row. */
  disturbed(agentId: string): void {
    this.#sessions.disturb(agentId, this.options.clock.now());
  }

  /** Writes what waits. Rejects with the error of the first failure; everything unwritten stays. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = null));
    return this.#flushing;
  }

  /** Beats not yet written. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Sessions remembered, closed ones included. */
  get remembered(): number {
    return this.#sessions.size;
  }

  get #flushEveryMs(): number {
    return this.options.flushEveryMs ?? FLUSH_EVERY_MS;
  }

  /** Its failure is told to `onFailure`. */
  #flushQuietly(): void {
    this.flush().catch(() => undefined);
  }

  /**
   * While a thousand requests are always waiting, the event loop reads tens of thousands of them before it looks at its timers: for seconds,
   * in which nothing would be written, and which others would take for blindness (behaviour D10).
   */
  #flushIfLate(now: Instant): void {
    if (this.#timer && !this.#flushing && now - this.#flushedAt > this.#flushEveryMs) this.#flushQuietly();
  }

  #noteLeap(): void {
    if (!this.#leaps.look()) return;
    this.#sessions.forgetOpen();
    this.#latest.forget();
    this.#sight = Number.NEGATIVE_INFINITY;
  }

  #answer({ tenantId, sessionId }: BeatingSession, known: Known | undefined, now: Instant): Standing | undefined {
    if (known?.standing !== 'open') return known?.standing;
    const { noteSight, trustMs = Number.POSITIVE_INFINITY } = this.options;
    if (noteSight && now - this.#sight >= trustMs) return undefined;
    known.until = Math.max(known.until, now + known.leaseMs);
    this.#wait({ tenantId, sessionId, at: now });
    return 'open';
  }

  #wait(beat: Beat): void {
    const earlier = this.#waiting.get(beat.sessionId);
    if (!earlier || earlier.at < beat.at) this.#waiting.set(beat.sessionId, beat);
  }

  /** Many unknown sessions at once (a restart) are decided in few statements: one at a time, the next takes all that came meanwhile. */
  #decide(beat: Beat): Promise<Standing> {
    return new Promise<Standing>((resolve) => {
      const entry = this.#undecided.get(beat.sessionId);
      if (entry) {
        entry.beat = beat;
        entry.settle.push(resolve);
      } else this.#undecided.set(beat.sessionId, { beat, since: beat.at, settle: [resolve] });
      if (this.#deciding) return;
      this.#deciding = true;
      queueMicrotask(() => void this.#decideAll()); // not setImmediate, which a storm of requests keeps waiting like a timer
    });
  }

  async #decideAll(): Promise<void> {
    while (this.#undecided.size > 0) {
      const batch = this.#undecided;
      this.#undecided = new Map();
      this.#decidingSince = oldestOf(batch.values());
      const written = this.#write([...batch.values()].map(({ beat }) => beat), false);
      const standings = await written.catch(() => undefined); // each waiting caller is told below
      for (const [sessionId, { settle }] of batch) {
        const outcome = written.then(() => standings?.get(sessionId) ?? ('ended' as const));
        for (const resolve of settle) resolve(outcome);
      }
    }
    this.#decidingSince = Number.POSITIVE_INFINITY;
    this.#deciding = false; // in the same turn as the last look at what waits
  }

  async #flush(): Promise<void> {
    const now = this.options.clock.now();
    this.#flushedAt = now;
    this.#sessions.forget(now);
    // A beat that waits for the row's decision may still be accepted, and was received already.
    const takenAt = Math.min(now, this.#decidingSince, oldestOf(this.#undecided.values()));
    const batch = [...this.#waiting.values()];
    this.#waiting = new Map();
    try {
      await this.#write(batch, true);
      // Also when nobody beats: silence with sight is an agent's, silence without it is ours (behaviour D10).
      await this.#noteSight(takenAt);
      this.#sight = takenAt;
    } catch (error) {
      for (const beat of batch) this.#wait(beat); // a newer one that came meanwhile wins; writing one twice does no harm
      this.options.onFailure?.(error, this.#waiting.size);
      throw error;
    }
  }

  async #noteSight(takenAt: Instant): Promise<void> {
    const now = this.options.clock.now();
    const leaps = this.#leaps.count;
    const hour = await this.options.noteSight?.(takenAt, now, this.#latest.at(now));
    if (hour !== undefined && leaps === this.#leaps.count) this.#latest.hear(now, hour);
  }

  async #write(beats: readonly Beat[], accepted: boolean): Promise<Map<string, Standing>> {
    const standings = new Map<string, Standing>();
    for (let from = 0; from < beats.length; from += BEATS_PER_STATEMENT) {
      const part = beats.slice(from, from + BEATS_PER_STATEMENT);
      const askedAt = this.options.clock.now();
      const leaps = this.#leaps.count;
      const sentAt = new Map(part.map((beat) => [beat.sessionId, beat.at]));
      for (const { sessionId, standing, leaseSeconds } of await this.options.record(part, askedAt, { accepted, latest: this.#latest.at(askedAt) })) {
        standings.set(sessionId, standing);
        const beatAt = Math.max(sentAt.get(sessionId) ?? askedAt, this.#waiting.get(sessionId)?.at ?? 0);
        if (standing !== 'open') this.#sessions.close(sessionId, standing, askedAt);
        else if (leaps === this.#leaps.count) this.#sessions.confirm(sessionId, leaseSeconds * 1000, askedAt, beatAt);
      }
    }
    return standings;
  }
}
