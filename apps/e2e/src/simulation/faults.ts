import type { SeededRandom } from '#testing';

/**
 * Everything that may go wrong, and what shows that it did. Each is counted when it bites; over the seeds of a run every one has to.
 * The part after the colon is observed, not caused: it happens because of the others.
 */
export const FAULTS = [
  'store call refused',
  'append outcome unknown',
  'append twice under way',
  'crash before commit',
  'crash after commit',
  'read model call refused',
  'write refused',
  'write outcome unknown',
  'crash before write',
  'crash after write',
  'process killed',
  'process paused',
  'answer to a client lost',
  'command sent twice',
  'command sent with another body',
  'message dropped',
  'message doubled',
  'publish lost',
  'publish ack lost',
  'stream call refused',
  'bus restarted',
  'stream lost its tail',
  'stream wiped',
  // observed
  'saw: version conflict in the store',
  'saw: repeated command',
  'saw: key reused',
  'saw: stale device refused',
  'saw: client gave up waiting',
  'saw: compare-and-set lost',
  'saw: reader behind',
  'saw: message overtaken',
  'saw: repetition recognised by the stream',
  'saw: message stored twice',
  'saw: stream refilled',
  'saw: group deleted under a watching widget',
] as const;

export type Fault = (typeof FAULTS)[number];

/** How likely each fault is, per opportunity, in one seed's weather; and how often it bit. */
export class Faults {
  readonly bitten = new Map<Fault, number>();
  private readonly weather = new Map<Fault, number>();
  private raging = false;

  constructor(private readonly dice: SeededRandom) {
    // Some seeds are calm and some are storms; in each a third of the faults stays away, so that the others are seen alone too.
    const force = dice.pick([0.01, 0.03, 0.08, 0.15]);
    for (const fault of FAULTS) this.weather.set(fault, dice.chance(0.66) ? force * (0.5 + dice.next()) : 0);
  }

  begin(): void {
    this.raging = true;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.raging = false;
  }

  get active(): boolean {
    return this.raging;
  }

  /** Whether this fault happens now; counts it if so. `share` makes rare what has many opportunities. */
  strikes(fault: Fault, share = 1): boolean {
    if (!this.raging || !this.dice.chance((this.weather.get(fault) ?? 0) * share)) return false;
    this.saw(fault);
    return true;
  }

  saw(fault: Fault): void {
    this.bitten.set(fault, (this.bitten.get(fault) ?? 0) + 1);
  }
}
