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

/** The same for the simulation of presence. */
export const PRESENCE_FAULTS = [
  'process killed',
  'process paused',
  'message dropped',
  'message doubled',
  'store call refused',
  'append outcome unknown',
  'crash before commit',
  'crash after commit',
  'read model call refused',
  'write refused',
  'write outcome unknown',
  'crash before write',
  'crash after write',
  'answer to a client lost',
  'Postgres restarted',
  'Postgres away',
  'agent-api cut off',
  'agent-api cut off in silence',
  'timekeeper cut off in silence',
  'no agent-api for a while',
  'no timekeeper for a while',
  'none of us for many leases',
  'paused beyond the lease',
  'machine asleep',
  'clock of a machine jumped',
  'agent-api stopped and started',
  'flush failed',
  'flush outcome unknown',
  'paused between select and lock',
  'paused in the middle of an expiry',
  'crash between select and append',
  'crash after an expiry was committed',
  // observed
  'saw: return from blindness',
  'saw: a late beat kept its session',
  'saw: beat of an ended session refused',
  'saw: beat after a sign-out refused',
  'saw: new session after an end',
  'saw: lease ended by the timekeeper',
  'saw: lease ended by the backstop',
  'saw: lapsed lease ended by a sign-in',
  'saw: deadline moved by the gate',
  'saw: lease held by somebody else',
  'saw: statement waited for a lock',
  'saw: transaction ended by the server',
  'saw: expiry met another writer',
  'saw: mass expiry held back',
  'saw: push lease ran out',
  'saw: status for a while ended',
  'saw: status for a while ended by a command',
  'saw: status for a while cancelled',
  'saw: beat accepted by a zombie',
] as const;

export type Fault = (typeof FAULTS)[number] | (typeof PRESENCE_FAULTS)[number];

/** Of its opportunities, in a run that has no other fault. */
const OFTEN = 0.12;

/** How likely each fault is, per opportunity, in one seed's weather; and how often it bit. */
export class Faults {
  readonly bitten = new Map<Fault, number>();
  private readonly weather = new Map<Fault, number>();
  private raging = false;

  constructor(
    private readonly dice: SeededRandom,
    names: readonly Fault[] = FAULTS,
  ) {
    // Some seeds are calm and some are storms; in each a third of the faults stays away, so that the others are seen alone too.
    const force = dice.pick([0.01, 0.03, 0.08, 0.15]);
    for (const fault of names) this.weather.set(fault, dice.chance(0.66) ? force * (0.5 + dice.next()) : 0);
  }

  /** Nothing else goes wrong, but this often. */
  only(fault: Fault): void {
    for (const each of this.weather.keys()) this.weather.set(each, each === fault ? OFTEN : 0);
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
