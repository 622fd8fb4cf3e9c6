import type { Instant } from './lease-rows.js';

/**
 * The latest that Postgres's clock can show at an instant of this process's steady one. What is told to Postgres is how old a beat is, by
 * which no wrong clock of a process does harm; but it ages on its way, while a connection, a lock, or Postgres itself is waited for, and
 * nobody adds that. Without this bound a beat would count as of its arrival, for longer than it was.
 */
export class LatestHour {
  #heard: { readonly askedAt: Instant; readonly hour: Instant } | null = null;

  /** Postgres's clock showed `hour`, ms since epoch, when it answered what was asked at `askedAt` of the steady clock. */
  hear(askedAt: Instant, hour: Instant): void {
    this.#heard = { askedAt, hour };
  }

  /** At an instant of the steady clock, ms since epoch; null if nothing is known. */
  at(instant: Instant): Instant | null {
    return this.#heard && this.#heard.hour + (instant - this.#heard.askedAt);
  }

  /** The steady clock may have stood still, or Postgres's was set: what was heard says nothing any more. */
  forget(): void {
    this.#heard = null;
  }
}
