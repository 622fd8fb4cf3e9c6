import type { SeededRandom } from '#testing';
import type { Fault, Faults } from './faults.js';
import type { Scheduler } from './scheduler.js';

/** The ways a call over the wire may go wrong; what is left out does not happen to it. */
export interface CallFaults {
  /** Nothing happened on the other side, and the caller learns that. */
  readonly refused?: Fault;
  /** It happened, and the caller does not learn that. */
  readonly unknown?: Fault;
  readonly crashBefore?: Fault;
  readonly crashAfter?: Fault;
  /** The request arrives a second time, later, and nobody waits for the answer. */
  readonly twice?: Fault;
}

export type CallErrors = Record<'refused' | 'unknown', () => Error>;

/** The error of a call whose port has none of its own. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
}

const WIRE_ERRORS: CallErrors = {
  refused: () => new WireFault('refused'),
  unknown: () => new WireFault('connection lost'),
};

/** Milliseconds one way between two machines, most of the time. */
const QUICK = { from: 0, to: 4 };
const SLOW = { from: 5, to: 400 };
const DOWN = { from: 50, to: 4_000 };
// Longer than any lock or poll of ours: a process that comes back after it is a zombie.
const PAUSE = { from: 500, to: 9_000 };

export interface World {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: SeededRandom;
  /** Told what kept a process from doing its work, and for how long. */
  readonly trouble?: (process: string, from: number, to: number) => void;
}

/**
 * A process that may be killed and paused. `boot` is its main(): it is called with a new life after every start.
 * A life's code runs only when one of its calls is answered, one of its timers is due or a message comes: so holding these back is
 * a pause, and dropping them is death.
 */
export class Process {
  private life: Life | null = null;
  /** The clock on the wall of its machine less the true time, ms. */
  wallError = 0;
  /** How long its machine was asleep in all, ms: its steady clock did not count that. */
  asleepMs = 0;
  readonly naps: { readonly from: number; readonly to: number }[] = [];

  constructor(
    readonly name: string,
    readonly world: World,
    private readonly boot: (life: Life) => void,
  ) {}

  start(): void {
    if (this.life) return;
    this.life = new Life(this);
    this.boot(this.life);
  }

  get up(): boolean {
    return this.life !== null;
  }

  /** kill -9; it is started again after a while. */
  kill(downMs = this.world.dice.between(DOWN.from, DOWN.to)): void {
    if (!this.life) return;
    this.world.faults.saw('process killed');
    this.leave(downMs);
  }

  /** Ends at once, and is started again after a while. */
  leave(downMs: number): void {
    const { scheduler } = this.world;
    if (!this.life) return;
    this.life.end();
    this.life = null;
    this.world.trouble?.(this.name, scheduler.now(), scheduler.now() + downMs);
    scheduler.in(downMs, `${this.name} starts again`, () => this.start());
  }

  /** kill -STOP, and -CONT after a while. */
  pause(ms = this.world.dice.between(PAUSE.from, PAUSE.to)): void {
    this.world.faults.saw('process paused');
    this.hold(ms);
  }

  /** Its machine sleeps: its steady clock stands still, too. */
  sleep(ms: number): void {
    const from = this.world.scheduler.now();
    this.asleepMs += ms;
    this.naps.push({ from, to: from + ms });
    this.hold(ms);
  }

  private hold(ms: number): void {
    const now = this.world.scheduler.now();
    this.life?.holdUntil(now + ms);
    this.world.trouble?.(this.name, now, now + ms);
  }
}

/** One life of a process, from a start to its end. */
export class Life {
  private ended = false;
  private heldUntil = 0;
  private readonly atEnd: (() => void)[] = [];

  constructor(private readonly process: Process) {}

  get alive(): boolean {
    return !this.ended;
  }

  get name(): string {
    return this.process.name;
  }

  /** The true time. */
  now(): number {
    return this.process.world.scheduler.now();
  }

  /** The clock on the wall of its machine (Date.now). */
  wall(): number {
    return this.now() + this.process.wallError;
  }

  /** A clock that only goes forwards, and stands still while the machine sleeps (performance.now). */
  steady(): number {
    return this.now() - this.process.asleepMs;
  }

  /** Stops the code of this life for so long. */
  pause(ms: number): void {
    this.process.pause(ms);
  }

  end(): void {
    this.ended = true;
    for (const undo of this.atEnd) undo();
  }

  onEnd(undo: () => void): void {
    this.atEnd.push(undo);
  }

  holdUntil(instant: number): void {
    this.heldUntil = Math.max(this.heldUntil, instant);
  }

  /** Runs code of this life, as soon as it is not paused; never if it is over. */
  resume(what: string, code: () => void): void {
    const { scheduler } = this.process.world;
    if (this.ended) return;
    const wait = this.heldUntil - scheduler.now();
    if (wait > 0) scheduler.in(wait, `${this.name} ${what}`, () => this.resume(what, code));
    else code();
  }

  /** As soon as it is not paused. */
  running(): Promise<void> {
    return new Promise((resolve) => this.resume('goes on', resolve));
  }

  after(milliseconds: number, what: string, code: () => void): void {
    this.process.world.scheduler.in(milliseconds, `${this.name} ${what}`, () => this.resume(what, code));
  }

  /** Gives the function that ends it. */
  every(milliseconds: number, what: string, code: () => void): () => void {
    let on = true;
    const next = (): void =>
      this.after(milliseconds, what, () => {
        if (!on) return;
        code();
        next();
      });
    next();
    return () => {
      on = false;
    };
  }

  /**
   * A call over the wire: the request travels, `effect` happens on the other side, the answer travels back. Each way takes its time,
   * so that others act in between, and what `faults` names may happen on the way.
   */
  call<T>(what: string, effect: () => T | Promise<T>, faults: CallFaults = {}, errors: CallErrors = WIRE_ERRORS): Promise<T> {
    const { world } = this.process;
    return new Promise<T>((resolve, reject) => {
      const answer = (settle: () => void): void => this.after(latency(world), `hears of ${what}`, settle);
      const arrive = async (): Promise<void> => {
        // A request of a process that died meanwhile may still arrive, or not.
        if (this.ended && world.dice.chance(0.5)) return;
        const struck = (fault: Fault | undefined): boolean => {
          if (!strikes(world.faults, fault)) return false;
          world.trouble?.(this.name, world.scheduler.now(), world.scheduler.now());
          return true;
        };
        if (struck(faults.refused)) return answer(() => reject(errors.refused()));
        if (!this.ended && strikes(world.faults, faults.crashBefore)) return this.process.kill();
        const settle = await outcomeOf(effect, resolve, reject);
        if (!this.ended && strikes(world.faults, faults.crashAfter)) return this.process.kill();
        if (struck(faults.unknown)) return answer(() => reject(errors.unknown()));
        if (strikes(world.faults, faults.twice)) world.scheduler.in(latency(world), `${this.name} ${what} again`, () => ignore(effect));
        answer(settle);
      };
      // The next step does not wait for it: what happens on the other side may have to wait for others itself.
      world.scheduler.in(latency(world), `${this.name} ${what}`, () => void arrive());
    });
  }
}

/** Milliseconds that a message takes. */
export function latency({ dice, faults }: World): number {
  const range = faults.active && dice.chance(0.05) ? SLOW : QUICK;
  return dice.between(range.from, range.to);
}

function strikes(faults: Faults, fault: Fault | undefined): boolean {
  return fault !== undefined && faults.strikes(fault);
}

async function outcomeOf<T>(effect: () => T | Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Promise<() => void> {
  try {
    const value = await effect();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}

async function ignore(effect: () => unknown): Promise<void> {
  try {
    await effect();
  } catch {
    // Nobody waits for this answer.
  }
}
