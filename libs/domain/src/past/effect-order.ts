import type { Instant } from '../agent-presence/status.js';
import type { BoxEvent } from '../box-status/apply-event.js';

/** A fact as the log keeps it, as far as the past needs to know. */
export type LoggedFact = BoxEvent & {
  readonly streamId: string;
  /** Place in the log; its order is that of becoming known. */
  readonly position: number;
  readonly recordedAt: Instant;
  readonly eventId: string;
  readonly actor: { readonly kind: string; readonly id: string };
};

/** A fact that became true before others which were given out already: they would have to be told anew. */
export class CameTooLate extends Error {
  override readonly name = 'CameTooLate';

  /**
   * @param position of the fact
   * @param at       since when it is true, in this order
   */
  constructor(
    readonly position: number,
    readonly at: Instant,
  ) {
    super(`the fact at position ${position} became true before others that were told already`);
  }
}

/** An order at a place of a log, as plain data. */
export interface OrderState {
  /** Facts that wait for their turn: position in the log, and since when they are true. In their order. */
  readonly waiting: readonly (readonly [position: number, at: Instant])[];
  readonly reached: readonly (readonly [streamId: string, at: Instant])[];
  readonly signedInAt: readonly (readonly [session: string, at: Instant])[];
  /** Up to when facts were given out; null: none was. */
  readonly given: Instant | null;
}

/**
 * Takes a tenant's facts in the order in which they became known, and gives them out in the order in which they became true (D25).
 *
 * Within a stream the order of the log holds, whatever a clock did: a fact does not become true before the one it was decided upon. Only
 * the end of a lease is found out afterwards (behaviour D9), and goes to its deadline, though not before its own sign-in.
 */
export class EffectOrder<Fact extends LoggedFact> {
  private waiting: Fact[] = [];
  private reached = new Map<string, Instant>();
  private signedInAt = new Map<string, Instant>();
  private given = -Infinity;

  /** @param most facts that wait before the first of them is given out; Infinity: all wait until they are asked for */
  constructor(private readonly most = Infinity) {}

  /** Goes on at the place of a state, where `waiting` are the facts that waited there, in any order. */
  static from<Fact extends LoggedFact>(state: OrderState, waiting: readonly Fact[], most = Infinity): EffectOrder<Fact> {
    const order = new EffectOrder<Fact>(most);
    const byPosition = new Map(waiting.map((fact) => [fact.position, fact]));
    order.waiting = state.waiting.flatMap(([position, at]) => {
      const fact = byPosition.get(position);
      return fact ? [withTruth(fact, at)] : [];
    });
    order.reached = new Map(state.reached);
    order.signedInAt = new Map(state.signedInAt);
    order.given = state.given ?? -Infinity;
    return order;
  }

  get state(): OrderState {
    const waiting = this.waiting.map(({ position, effectiveAt }) => [position, effectiveAt] as const);
    return { waiting, reached: [...this.reached], signedInAt: [...this.signedInAt], given: this.given === -Infinity ? null : this.given };
  }

  /** The facts that wait for their turn. */
  get held(): readonly Fact[] {
    return this.waiting;
  }

  /** Gives what is too much to wait, each fact with its effectiveAt in this order. Throws `CameTooLate`; the order is of no use afterwards. */
  push(fact: Fact): Fact[] {
    const at = this.truthOf(fact);
    if (at < this.given) throw new CameTooLate(fact.position, at);
    insert(this.waiting, withTruth(fact, at));
    return this.waiting.length > this.most ? this.take(this.waiting.length - this.most) : [];
  }

  /** What waits and was true by an instant: to be asked by whoever knows that nothing before it is to come. */
  upTo(at: Instant): Fact[] {
    let count = 0;
    while (count < this.waiting.length && (this.waiting[count] as Fact).effectiveAt <= at) count += 1;
    return this.take(count);
  }

  /** What still waits, at the end of the log. */
  rest(): Fact[] {
    return this.take(this.waiting.length);
  }

  private take(count: number): Fact[] {
    if (count > 0) this.given = (this.waiting[count - 1] as Fact).effectiveAt;
    return this.waiting.splice(0, count);
  }

  private truthOf({ type, data, streamId, effectiveAt }: Fact): Instant {
    if (type === 'HeartbeatExpired') {
      const session = sessionOf(streamId, data);
      const at = Math.max(effectiveAt, this.signedInAt.get(session) ?? -Infinity);
      this.signedInAt.delete(session);
      return at;
    }
    const at = Math.max(effectiveAt, this.reached.get(streamId) ?? -Infinity);
    this.reached.set(streamId, at);
    if (type === 'AgentLoggedIn') this.signedInAt.set(sessionOf(streamId, data), at);
    else if (type === 'SessionEnded') this.signedInAt.delete(sessionOf(streamId, data));
    return at;
  }
}

/** A session is one of its own stream: whoever reads that stream alone finds the same order. */
function sessionOf(streamId: string, { sessionId }: { readonly sessionId: string }): string {
  return `${streamId} ${sessionId}`;
}

function withTruth<Fact extends LoggedFact>(fact: Fact, at: Instant): Fact {
  return at === fact.effectiveAt ? fact : { ...fact, effectiveAt: at };
}

/** All facts of a log in the order in which they became true. */
export function inEffectOrder<Fact extends LoggedFact>(log: Iterable<Fact>): Fact[] {
  const order = new EffectOrder<Fact>();
  for (const fact of log) order.push(fact);
  return order.rest();
}

/** Behind everything that is not later: what became true at the same instant stays in the order of the log. Mostly that is the end. */
function insert<Fact extends LoggedFact>(sorted: Fact[], fact: Fact): void {
  let place = sorted.length;
  while (place > 0 && (sorted[place - 1] as Fact).effectiveAt > fact.effectiveAt) place -= 1;
  if (place === sorted.length) sorted.push(fact);
  else sorted.splice(place, 0, fact);
}
