import type { Instant } from './lease-rows.js';
import type { Standing } from './record-beats.js';

/** Known sessions looked at at a time to forget old ones: with two times a second a million is gone through in two minutes. */
const SWEPT_AT_A_TIME = 5000;

/** What is remembered of a session that cannot beat any more, ms: as long as an access token lives. */
const CLOSED_KNOWN_MS = 600_000;

/** The longest lease there is, ms: older knowledge is no knowledge. */
const LONGEST_LEASE_MS = 3_600_000;

export interface Known {
  readonly standing: Standing;
  readonly leaseMs: number;
  /** When the row last said so. */
  readonly confirmedAt: Instant;
  /** Until then the lease cannot have run out, whoever looks after it. */
  until: Instant;
}

/** What a process knows of sessions without asking their rows. Closed is for good: an answer that was overtaken opens nothing again. */
export class KnownSessions {
  readonly #known = new Map<string, Known>();
  /** Agents something happened to: what was known of their sessions before is asked again. */
  readonly #disturbed = new Map<string, Instant>();
  #sweep: Iterator<[string, Known]> | null = null;

  get size(): number {
    return this.#known.size;
  }

  /** What the row last said, if the lease cannot have run out since. */
  withinLease(sessionId: string, now: Instant): Known | undefined {
    const known = this.#known.get(sessionId);
    return known && now < known.until ? known : undefined;
  }

  /** The same, if nothing has happened to the agent since. An end is an end, whatever happens afterwards. */
  undisturbed({ sessionId, agentId }: { sessionId: string; agentId: string }, now: Instant): Known | undefined {
    const known = this.withinLease(sessionId, now);
    if (!known || known.standing === 'ended') return known;
    const disturbedAt = this.#disturbed.get(agentId);
    return disturbedAt !== undefined && known.confirmedAt <= disturbedAt ? undefined : known;
  }

  /** The row said at `askedAt` that the session is open, and it beat last at `beatAt`. */
  confirm(sessionId: string, leaseMs: number, askedAt: Instant, beatAt: Instant): void {
    const known = this.#known.get(sessionId);
    if (known && known.standing !== 'open') return; // closed while the statement ran, or while its answer was on the way
    this.#known.set(sessionId, { standing: 'open', leaseMs, confirmedAt: askedAt, until: beatAt + leaseMs });
  }

  close(sessionId: string, standing: 'signed-out' | 'ended', at: Instant): void {
    if (this.#known.get(sessionId)?.standing === 'ended') return;
    this.#known.set(sessionId, { standing, leaseMs: 0, confirmedAt: at, until: at + CLOSED_KNOWN_MS });
  }

  /** What was known to be open may have ended long ago. */
  forgetOpen(): void {
    for (const [sessionId, { standing }] of this.#known) if (standing === 'open') this.#known.delete(sessionId);
  }

  disturb(agentId: string, at: Instant): void {
    this.#disturbed.delete(agentId); // so that the oldest stays first
    this.#disturbed.set(agentId, at);
  }

  /** Forgets what is old, a part of the memory at a time. */
  forget(now: Instant): void {
    this.#sweep ??= this.#known.entries();
    for (let i = 0; i < SWEPT_AT_A_TIME; i++) {
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
