/** Keys remembered at most by one limit: some 10 MB. Beyond it those that are at rest go, and if all are busy, the oldest. */
const MOST_KEYS = 100_000;
/** What was not used is saved up for so long. Seconds. */
const BURST_SECONDS = 10;

/**
 * So many a second for each key, and ten seconds' worth at once (GCRA, the "leaky bucket as a meter"): of each key it knows one number, the
 * instant at which nothing of its allowance is used any more. No timers, no promises: it stands on the hottest paths (ADR 20).
 */
export class Rate {
  readonly #restedAt = new Map<string, number>();
  readonly #gapMs: number;
  readonly #slackMs: number;

  /** @param now milliseconds that only grow */
  constructor(
    readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#gapMs = 1000 / perSecond;
    this.#slackMs = BURST_SECONDS * 1000 - this.#gapMs;
  }

  /** Takes one of the key's allowance: 0 if there was one, else the milliseconds until there is. What is refused is not counted. */
  take(key: string): number {
    const now = this.now();
    const restedAt = Math.max(this.#restedAt.get(key) ?? now, now);
    const wait = restedAt - now - this.#slackMs;
    if (wait > 0) return wait;
    if (this.#restedAt.size >= MOST_KEYS && !this.#restedAt.has(key)) this.#makeRoom(now);
    this.#restedAt.set(key, restedAt + this.#gapMs);
    return 0;
  }

  #makeRoom(now: number): void {
    for (const [key, restedAt] of this.#restedAt) if (restedAt <= now) this.#restedAt.delete(key);
    if (this.#restedAt.size < MOST_KEYS) return;
    let surplus = MOST_KEYS / 10;
    for (const key of this.#restedAt.keys()) {
      this.#restedAt.delete(key);
      if (--surplus === 0) return;
    }
  }
}
