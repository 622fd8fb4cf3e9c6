/** Milliseconds of a clock that only goes forwards; from anywhere. */
type Steady = number;

export interface BrakePorts {
  /** Open sessions that did not sign out. */
  countUnsigned(): Promise<number>;
  /** Holds everybody's expiry back for a while; false if that was done for this wave already (`holdBack`). */
  holdBack(): Promise<boolean>;
  /** Told when the brake was pulled: so many sessions fell due within ten seconds. */
  onHeldBack(falling: number): void;
}

/** behaviour D10: more than this many, and more than this share of those who did not sign out, within this time. */
const WAVE_MINIMUM = 50;
const WAVE_SHARE = 0.25;
const WAVE_MS = 10_000;

/**
 * The brake of behaviour D10: a sudden wave of sessions that fall due without having signed out is more likely our fault than theirs, so it
 * is held back once. Every session counts once in a wave, however often it is looked at, and whoever ended it.
 */
export class Brake {
  /** Sessions that are due, or were in the last ten seconds: since when, and when it was last said. */
  readonly #falling = new Map<number, { readonly since: Steady; said: Steady; ended: boolean }>();
  #counted = { at: Number.NEGATIVE_INFINITY, sessions: 0 };
  /** The brake cannot be pulled again: until then there is nothing to watch. */
  #idleUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly ports: BrakePorts) {}

  /**
   * Takes unsigned sessions that are due, or have ended just now (`endedMs`, for those that somebody else ended).
   * True: the brake was pulled, nobody may be ended now. Throws what ports throw.
   */
  async isPulledBy(due: readonly { readonly leaseNo: number; readonly endedMs: number | null }[], now: Steady): Promise<boolean> {
    if (now < this.#idleUntil) return false;
    const [falling, ended] = this.#note(due, now);
    if (falling <= WAVE_MINIMUM) return false;
    // Counting reads every open lease, so one count serves a whole wave. Whoever of the wave has ended belongs to those it began with.
    if (this.#counted.at <= now - WAVE_MS) this.#counted = { at: now, sessions: (await this.ports.countUnsigned()) + ended };
    if (falling <= WAVE_SHARE * this.#counted.sessions) return false;
    const pulled = await this.ports.holdBack();
    this.#falling.clear();
    this.#idleUntil = pulled ? now : now + WAVE_MS;
    if (pulled) this.ports.onHeldBack(falling);
    return pulled;
  }

  /** These were ended just now. */
  noteEnded(leaseNos: Iterable<number>): void {
    for (const leaseNo of leaseNos) {
      const known = this.#falling.get(leaseNo);
      if (known) known.ended = true;
    }
  }

  /** How many fell within the last ten seconds, and how many of them have ended. */
  #note(due: readonly { readonly leaseNo: number; readonly endedMs: number | null }[], now: Steady): [falling: number, ended: number] {
    for (const { leaseNo, endedMs } of due) {
      const known = this.#falling.get(leaseNo);
      if (!known) this.#falling.set(leaseNo, { since: now, said: now, ended: endedMs !== null });
      else {
        known.said = now;
        known.ended ||= endedMs !== null;
      }
    }
    let falling = 0;
    let ended = 0;
    for (const [leaseNo, one] of this.#falling) {
      if (one.said <= now - WAVE_MS) this.#falling.delete(leaseNo);
      else if (one.since > now - WAVE_MS) {
        falling += 1;
        if (one.ended) ended += 1;
      }
    }
    return [falling, ended];
  }
}
