import type { Instant } from './lease-rows.js';
import type { Beat, RecordedBeat, Standing } from './record-beats.js';

export interface BeatRecorderOptions {
  readonly clock: { now(): Instant };
  /** Writes beats and tells how the sessions stand (`recordBeats` on a pool); rejects while Postgres is away. */
  readonly record: (beats: readonly Beat[]) => Promise<readonly RecordedBeat[]>;
  /** Told about a flush that failed; its beats stay for the next one. */
  readonly onFailure?: (error: unknown, kept: number) => void;
}

/** A session that beats, by its access token. */
export interface BeatingSession {
  readonly tenantId: string;
  readonly agentId: string;
  readonly sessionId: string;
}

/** Between two flushes, ms (architecture 5): what a crash of this process may lose of presence, far below any lease. */
const FLUSH_EVERY_MS = 500;

/** Beats of one statement; 60k-110k rows/s were measured, so one takes about a tenth of a second. */
const BEATS_PER_STATEMENT = 10_000;

/** Known sessions looked at per flush to forget old ones: a million is gone through in two minutes. */
const SWEPT_PER_FLUSH = 5000;

/** What is remembered of a session that cannot beat any more, ms: as long as an access token lives. */
const CLOSED_KNOWN_MS = 600_000;

/** The longest lease there is, ms: older knowledge is no knowledge. */
const LONGEST_LEASE_MS = 3_600_000;

interface Known {
  standing: Standing;
  leaseMs: number;
  /** When the row last said so. */
  confirmedAt: Instant;
  /** Until then the lease cannot have run out, whoever looks after it. */
  until: Instant;
}

/**
 * Answers beats from memory and writes them in batches. A session is
 *   unknown: decided by the row at once (enter: never seen here, lease run out since the last beat, something happened to its agent);
 *   open:    answered from memory, the beat waits for the next flush (enter: the row said so, or it was opened here);
 *   closed:  refused from memory, `signed-out` or `ended` (enter: the row said so, or it was signed out here).
 * While Postgres is away open sessions go on (D10: nobody expires because of us) and unknown ones reject.
 */
export class BeatRecorder {
  readonly #known = new Map<string, Known>();
  /** Agents something happened to: what was known of their sessions before is asked again. */
  readonly #disturbed = new Map<string, Instant>();
  #waiting = new Map<string, Beat>();
  #undecided = new Map<string, { beat: Beat; settle: ((outcome: Promise<Standing>) => void)[] }>();
  #deciding = false;
  #flushing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #sweep: Iterator<[string, Known]> | null = null;

  constructor(private readonly options: BeatRecorderOptions) {}

  /** Begins to flush every 500 ms. */
  start(): void {
    this.#timer ??= setInterval(() => void this.flush().catch(() => undefined), FLUSH_EVERY_MS);
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
    const now = this.options.clock.now();
    const known = this.#lookUp(session, now);
    if (known?.standing === 'open') this.#accept(session, known, now);
    return known?.standing;
  }

  /** A beat; decided by the row if memory cannot. Rejects if the row is needed and Postgres is away: the beat does not count then. */
  beat(session: BeatingSession): Standing | Promise<Standing> {
    const { tenantId, sessionId } = session;
    return this.beatFromMemory(session) ?? this.#decide({ tenantId, sessionId, at: this.options.clock.now() });
  }

  /** A sign of life of a session that the command itself has checked (a status change, behaviour D8). Counts from `at`. */
  note(session: BeatingSession, at: Instant): void {
    const known = this.#known.get(session.sessionId);
    if (known?.standing === 'open') this.#accept(session, known, at);
    else if (!known) this.#wait({ tenantId: session.tenantId, sessionId: session.sessionId, at });
  }

  /** A session was opened here, at `at`, which is its first beat. */
  opened(session: BeatingSession, leaseSeconds: number, at: Instant): void {
    const leaseMs = leaseSeconds * 1000;
    this.#known.set(session.sessionId, { standing: 'open', leaseMs, confirmedAt: at, until: at + leaseMs });
  }

  /** A session was signed out here. */
  signedOut(session: BeatingSession): void {
    this.#close(session.sessionId, 'signed-out', this.options.clock.now());
  }

  /** Something was recorded about the agent, here or elsewhere: the next beat of each of its sessions asks the row. */
  disturbed(agentId: string): void {
    this.#disturbed.delete(agentId); // so that the oldest stays first
    this.#disturbed.set(agentId, this.options.clock.now());
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
    return this.#known.size;
  }

  #lookUp({ sessionId, agentId }: BeatingSession, now: Instant): Known | undefined {
    const known = this.#known.get(sessionId);
    if (!known || now >= known.until) return undefined;
    const disturbedAt = this.#disturbed.get(agentId);
    return disturbedAt !== undefined && known.confirmedAt <= disturbedAt ? undefined : known;
  }

  #accept({ tenantId, sessionId }: BeatingSession, known: Known, at: Instant): void {
    known.until = Math.max(known.until, at + known.leaseMs);
    this.#wait({ tenantId, sessionId, at });
  }

  #wait(beat: Beat): void {
    const earlier = this.#waiting.get(beat.sessionId);
    if (!earlier || earlier.at < beat.at) this.#waiting.set(beat.sessionId, beat);
  }

  /** Many unknown sessions at once (a restart) are decided in few statements: one at a time, the next takes all that came meanwhile. */
  #decide(beat: Beat): Promise<Standing> {
    return new Promise<Standing>((resolve) => {
      const entry = this.#undecided.get(beat.sessionId);
      if (entry) entry.settle.push(resolve);
      else this.#undecided.set(beat.sessionId, { beat, settle: [resolve] });
      if (this.#deciding) return;
      this.#deciding = true;
      setImmediate(() => void this.#decideAll());
    });
  }

  async #decideAll(): Promise<void> {
    while (this.#undecided.size > 0) {
      const batch = this.#undecided;
      this.#undecided = new Map();
      const written = this.#write([...batch.values()].map(({ beat }) => beat));
      await written.catch(() => undefined); // each waiting caller is told below
      for (const [sessionId, { settle }] of batch) {
        const outcome = written.then(() => this.#known.get(sessionId)?.standing ?? ('ended' as const));
        for (const resolve of settle) resolve(outcome);
      }
    }
    this.#deciding = false; // in the same turn as the last look at what waits
  }

  async #flush(): Promise<void> {
    this.#forget();
    if (this.#waiting.size === 0) return;
    const batch = [...this.#waiting.values()];
    this.#waiting = new Map();
    try {
      await this.#write(batch);
    } catch (error) {
      for (const beat of batch) this.#wait(beat); // a newer one that came meanwhile wins; writing one twice does no harm
      this.options.onFailure?.(error, this.#waiting.size);
      throw error;
    }
  }

  async #write(beats: readonly Beat[]): Promise<void> {
    for (let from = 0; from < beats.length; from += BEATS_PER_STATEMENT) {
      const part = beats.slice(from, from + BEATS_PER_STATEMENT);
      const askedAt = this.options.clock.now();
      const sentAt = new Map(part.map((beat) => [beat.sessionId, beat.at]));
      for (const { sessionId, standing, leaseSeconds } of await this.options.record(part)) {
        if (standing === 'open') this.#confirm(sessionId, leaseSeconds * 1000, askedAt, sentAt.get(sessionId) ?? askedAt);
        else this.#close(sessionId, standing, askedAt);
      }
    }
  }

  #confirm(sessionId: string, leaseMs: number, askedAt: Instant, beatAt: Instant): void {
    const until = Math.max(beatAt + leaseMs, this.#waitingUntil(sessionId, leaseMs));
    const known = this.#known.get(sessionId);
    if (known?.standing === 'signed-out') return; // signed out here while the statement ran
    this.#known.set(sessionId, { standing: 'open', leaseMs, confirmedAt: askedAt, until });
  }

  #waitingUntil(sessionId: string, leaseMs: number): Instant {
    const waiting = this.#waiting.get(sessionId);
    return waiting ? waiting.at + leaseMs : 0;
  }

  #close(sessionId: string, standing: 'signed-out' | 'ended', at: Instant): void {
    this.#known.set(sessionId, { standing, leaseMs: 0, confirmedAt: at, until: at + CLOSED_KNOWN_MS });
  }

  /** A part of the memory at a time. */
  #forget(): void {
    const now = this.options.clock.now();
    this.#sweep ??= this.#known.entries();
    for (let i = 0; i < SWEPT_PER_FLUSH; i++) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = null;
        break;
      }
      const [sessionId, known] = next.value;
      if (now >= known.until) this.#known.delete(sessionId);
    }
    for (const [agentId, at] of this.#disturbed) {
      if (now - at < LONGEST_LEASE_MS) break; // oldest first
      this.#disturbed.delete(agentId);
    }
  }
}
