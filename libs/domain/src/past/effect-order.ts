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

  /** @param lateByMs how long after it had become true it was recorded */
  constructor(readonly lateByMs: number) {
    super(`a fact was recorded ${lateByMs} ms after it had become true`);
  }
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

  /** @param horizonMs facts that are recorded later than that after they became true are refused; Infinity: none is, and all wait for the end */
  constructor(private readonly horizonMs = Infinity) {}

  /** The facts that nothing within the horizon can come before any more; each with its effectiveAt in this order. Throws `CameTooLate`. */
  push(fact: Fact): Fact[] {
    const at = this.truthOf(fact);
    if (at < this.given) throw new CameTooLate(fact.recordedAt - fact.effectiveAt);
    insert(this.waiting, at === fact.effectiveAt ? fact : { ...fact, effectiveAt: at });
    return this.take(fact.recordedAt - this.horizonMs);
  }

  /** The same at the same place of the log, to go on by itself. */
  copy(): EffectOrder<Fact> {
    const copy = new EffectOrder<Fact>(this.horizonMs);
    copy.waiting = [...this.waiting];
    copy.reached = new Map(this.reached);
    copy.signedInAt = new Map(this.signedInAt);
    copy.given = this.given;
    return copy;
  }

  /** What still waits, at the end of the log. */
  rest(): Fact[] {
    return this.take(Infinity);
  }

  private take(upTo: Instant): Fact[] {
    let count = 0;
    while (count < this.waiting.length && (this.waiting[count] as Fact).effectiveAt < upTo) count += 1;
    if (count > 0) this.given = Math.max(this.given, (this.waiting[count - 1] as Fact).effectiveAt);
    return this.waiting.splice(0, count);
  }

  private truthOf({ type, data, streamId, effectiveAt }: Fact): Instant {
    if (type === 'HeartbeatExpired') {
      const at = Math.max(effectiveAt, this.signedInAt.get(data.sessionId) ?? -Infinity);
      this.signedInAt.delete(data.sessionId);
      return at;
    }
    const at = Math.max(effectiveAt, this.reached.get(streamId) ?? -Infinity);
    this.reached.set(streamId, at);
    if (type === 'AgentLoggedIn') this.signedInAt.set(data.sessionId, at);
    else if (type === 'SessionEnded') this.signedInAt.delete(data.sessionId);
    return at;
  }
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
