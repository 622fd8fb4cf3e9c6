import type { Instant } from '../agent-presence/status.js';
import type { TenantBoxes } from '../box-status/tenant-boxes.js';
import { NO_BOX, type Spent } from './availability.js';
import { BoxLane, type BoxTime, statusSeen } from './box-lane.js';
import type { LoggedFact } from './effect-order.js';
import { overdueFacts } from './overdue-facts.js';
import type { BoxSubject, TurnCause } from './past-fold.js';
import type { Period } from './periods.js';
import type { BoxStanding } from './standing.js';
import { SUPPOSED_BY, SupposedFacts, type Supposition } from './supposed-facts.js';

/** A stretch of the range in which neither what was nor what would have been changes, [from, to). */
export interface ComparedInterval {
  readonly from: Instant;
  readonly to: Instant;
  readonly was: BoxTime;
  readonly would: BoxTime;
}

/** Milliseconds of a period: how the box stood, how it would have stood, and how long visitors would have seen another status. */
export interface ComparedSpent {
  readonly was: Spent<BoxStanding>;
  readonly would: Spent<BoxStanding>;
  readonly differ: number;
}

/** A box as it was, beside itself as it would have been. */
export interface Comparison {
  readonly total: ComparedSpent;
  /** As the periods asked for. */
  readonly periods: readonly ComparedSpent[];
  /** In order, from the beginning of the range; neighbours differ in one of both. */
  readonly intervals: readonly ComparedInterval[];
  /** Until when the intervals reach: as far as was compared, unless there are more than were asked for. */
  readonly intervalsUntil: Instant;
}

/** As of what is only supposed. */
const NO_CAUSE: TurnCause = { eventId: '', type: '', actor: SUPPOSED_BY };

/** How things stand where the range begins, for whoever does not tell all that came before. */
export interface BegunPast {
  readonly boxes: TenantBoxes;
  /** What brought the status of the box about; undefined: it is not there. */
  readonly cause: TurnCause | undefined;
  /** The facts from before that opening hours follow from, in order. */
  readonly hours: readonly LoggedFact[];
}

interface Spending {
  readonly was: Record<BoxStanding, number>;
  readonly would: Record<BoxStanding, number>;
  differ: number;
}

/**
 * Compares what was with what would have been (behaviour 4, "what-if"): the facts of a log once as they are, once with a supposition laid
 * over them from the beginning of the periods on. Facts come in the order in which they became true; `end` gives the comparison.
 *
 * @param periods      the range, cut without gaps
 * @param maxIntervals more are counted, and not told
 * @param begun        without it all facts from the first one on are told
 */
export class WhatIf {
  private readonly was: BoxLane;
  /** Until the range begins both are one. */
  private would: BoxLane | null = null;
  private readonly facts: SupposedFacts;
  private readonly spent: Spending[];
  private readonly intervals: ComparedInterval[] = [];
  private readonly range: { readonly from: Instant; readonly to: Instant };
  private intervalsUntil: Instant | null = null;
  private reached: Instant;
  private current = 0;

  constructor(
    of: BoxSubject,
    supposition: Supposition,
    private readonly periods: readonly Period[],
    private readonly maxIntervals = Infinity,
    begun?: BegunPast,
  ) {
    this.range = { from: periods[0]?.from ?? Infinity, to: periods.at(-1)?.to ?? Infinity };
    this.reached = this.range.from;
    this.was = begun ? BoxLane.at(of, begun.boxes, begun.cause ?? NO_CAUSE) : new BoxLane(of);
    this.facts = new SupposedFacts(of, supposition, this.range);
    for (const fact of begun?.hours ?? []) this.facts.keepInMind(fact);
    this.spent = periods.map(nothing);
  }

  take(fact: LoggedFact): void {
    this.advance(Math.min(fact.effectiveAt, this.range.to));
    this.was.take(fact);
    for (const instead of this.facts.insteadOf(fact, this.was.fold.boxes)) this.would?.take(instead);
  }

  /**
   * The last facts last until the end; what was due by then and is not in the log yet counts as told.
   *
   * @param to where to end, in the range: whoever asks for the rest from there on finds what one answer for all of it would have held
   */
  end(to: Instant = this.range.to): Comparison {
    for (const due of overdueFacts(this.was.fold.boxes, to)) {
      this.take({ ...due, recordedAt: to, streamId: '', position: 0, eventId: '', actor: SUPPOSED_BY });
    }
    this.advance(to);
    this.pass(to);
    return {
      total: sumCompared(this.spent),
      ...{ periods: this.spent, intervals: this.intervals, intervalsUntil: this.intervalsUntil ?? to },
    };
  }

  /** Brings the supposed box up to an instant at which something happens. */
  private advance(at: Instant): void {
    if (at < this.range.from) return;
    const { boxes } = this.was.fold;
    this.would ??= this.was.copy();
    for (const fact of this.facts.upTo(at, boxes)) {
      this.pass(fact.effectiveAt);
      this.would.take(fact);
    }
    this.pass(at);
  }

  /** Both stood as they do until `at`. */
  private pass(at: Instant): void {
    const from = this.reached;
    if (at <= from) return;
    this.reached = at;
    const [was, would] = [this.was.stands, this.would?.stands];
    if (!was || !would) return;
    this.spend(from, at, was.standing, would.standing);
    const last = this.intervals.at(-1);
    if (last?.to === from && last.was.standing === was.standing && last.would.standing === would.standing) {
      if (this.intervalsUntil === null) this.intervals[this.intervals.length - 1] = { ...last, to: at };
    } else if (this.intervals.length < this.maxIntervals) this.intervals.push({ from, to: at, was, would });
    else this.intervalsUntil ??= from;
  }

  private spend(from: Instant, to: Instant, was: BoxStanding, would: BoxStanding): void {
    for (; this.current < this.periods.length; this.current += 1) {
      const period = this.periods[this.current] as Period;
      const spent = this.spent[this.current] as Spending;
      const ms = Math.max(0, Math.min(to, period.to) - Math.max(from, period.from));
      spent.was[was] += ms;
      spent.would[would] += ms;
      if (statusSeen(was) !== statusSeen(would)) spent.differ += ms;
      if (period.to > to) break;
    }
  }
}

function nothing(): Spending {
  return { was: { ...NO_BOX }, would: { ...NO_BOX }, differ: 0 };
}

/** The sum of periods. */
export function sumCompared(parts: readonly ComparedSpent[]): ComparedSpent {
  const sum = nothing();
  for (const { was, would, differ } of parts) {
    for (const standing of Object.keys(was) as BoxStanding[]) {
      sum.was[standing] += was[standing];
      sum.would[standing] += would[standing];
    }
    sum.differ += differ;
  }
  return sum;
}
