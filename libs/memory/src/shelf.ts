import type { Instant } from '#domain/agent-presence/index';
import type { BoxSubject, OrderState, PastInterval } from '#domain/past/index';
import type { Fact, TenantLog } from './facts.js';
import type { ReadingState } from './reading.js';

/** The two orders in which a log is read: as facts became true, and as they became known. */
export type Order = 'told' | 'known';

/** Where a place is, and what is certain by it: whatever comes behind `position` became true at `toldUntil` or later. */
export interface Mark {
  /** Its number: of places at the same position a later one has a higher number. */
  readonly no: number;
  /** Up to here the log was read. */
  readonly position: number;
  /** When the last fact that was told became true; `NOTHING_TOLD`: none was. */
  readonly toldUntil: Instant;
}

/** Before everything. */
export const NOTHING_TOLD: Instant = -8_640_000_000_000_000;

/** What was so and what was known at a place of a tenant's log: whoever goes on from here need not read what lies before. */
export interface Place {
  readonly position: number;
  readonly toldUntil: Instant;
  /** When the last fact that was read became known. */
  readonly knownUntil: Instant;
  readonly told: ToldState;
  readonly known: KnownState;
}

export interface KnownState {
  readonly reading: ReadingState;
  /** Versions up to which the streams of agents were read. */
  readonly versions: readonly (readonly [streamId: string, version: number])[];
}

/** The order of facts at a place, and the facts that wait in it. */
export interface OrderAtPlace {
  readonly order: OrderState;
  readonly waiting: readonly Fact[];
}

export interface ToldState extends KnownState, OrderAtPlace {}

export interface StateOf {
  readonly told: ToldState;
  readonly known: KnownState;
}

/** The same without the intervals of agents: half as much to read. */
export interface BoxesOf {
  readonly told: OrderAtPlace & { readonly reading: ReadingState };
  readonly known: { readonly reading: ReadingState };
}

/** An interval of a box that is over for good, by what is known at a place. */
export interface Stretch extends PastInterval {
  readonly of: BoxSubject;
  readonly to: Instant;
}

/** A page of the intervals of a box. */
export interface StretchesAsked {
  readonly of: BoxSubject;
  /** Half-open [from, to): intervals that reach into it. */
  readonly from: Instant;
  readonly to: Instant;
  /** Only those that begin later. */
  readonly after: Instant | null;
  readonly limit: number;
}

/** What is there of the last place at which nothing later than some instant was told (or known). */
export interface Found<O extends Order> {
  /** null: there is none; whoever goes on begins with the log. */
  readonly mark: Mark | null;
  /** What it holds; null: there is no place, or not any more. */
  state(): Promise<StateOf[O] | null>;
  /** As `state`, without the intervals of agents. */
  boxes(): Promise<BoxesOf[O] | null>;
  /** Position of the place after it. */
  readonly next: number | null;
  /** The last place of all. */
  readonly last: Mark | null;
}

/**
 * Where places are kept, for each tenant: a cache. All of it may be gone at any time, and what was kept by other rules than today's is not
 * there.
 */
export interface Shelf {
  /** @param at Infinity: the last place */
  find<O extends Order>(log: TenantLog, order: O, at: Instant): Promise<Found<O>>;
  /** The places behind a position, in order. */
  marks(log: TenantLog, after: number): Promise<Mark[]>;
  /** The last place that was read no further than to a position. */
  markBy(log: TenantLog, position: number): Promise<Mark | null>;
  /** Intervals of a box that were over at a place, oldest first; null: the place is not there any more. */
  stretches(log: TenantLog, mark: Mark, asked: StretchesAsked): Promise<PastInterval[] | null>;
  /** Keeps a place behind the last one, with what was over since that one; null: `behind` is not the last one any more. */
  add(log: TenantLog, behind: Mark | null, place: Place, over: readonly Stretch[]): Promise<Mark | null>;
  /** Forgets the places at which something was told that became true later than an instant; gives the last one that is left. */
  dropAfter(log: TenantLog, at: Instant): Promise<Mark | null>;
}
