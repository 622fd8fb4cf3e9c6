import type { Instant } from '#domain/agent-presence/index';
import { CameTooLate, EffectOrder } from '#domain/past/index';
import { type Fact, type FactPage, readFacts, type TenantLog } from './facts.js';
import { Reading } from './reading.js';
import { type Mark, NOTHING_TOLD, type OrderAtPlace, type Place, type Shelf, type Stretch } from './shelf.js';

/** How places are made. */
export interface Strides {
  /** Facts from one place to the next, at least: so many are read for an answer, so much is kept. */
  readonly apart: number;
  /** Facts that wait for others that may have been true before them. What comes later than that costs places. */
  readonly waiting: number;
}

/** Called after every page of work with when its last fact became known; may wait, and what it throws ends the walk: the next one goes on at the last place. */
export type Pace = (knownUntil: Instant) => Promise<void>;

export const STRIDES: Strides = { apart: 600, waiting: 64 };
/** However much a place holds, the next one is not further than this. */
const FARTHEST = 5_000;

/**
 * Reads a tenant's log from its last place to its end, and keeps places on the way. Whoever walks at the same time does no harm: a place is
 * only kept behind the one it was made from.
 *
 * @returns how many more events it takes until there is something to keep
 */
export async function walk(log: TenantLog, shelf: Shelf, strides: Strides = STRIDES, pace: Pace = () => Promise.resolve()): Promise<number> {
  for (let waiting = strides.waiting; ; ) {
    try {
      const missing = await new Walk(log, shelf, { ...strides, waiting }).toTheEnd(pace);
      if (missing !== null) return missing;
    } catch (error) {
      if (!(error instanceof CameTooLate)) throw error;
      // It belongs before what was told: what was kept since then is not so. Once more from there, waiting for it.
      const left = await shelf.dropAfter(log, error.at);
      const from = left?.position ?? 0;
      const { count } = await log.store.tailOf(log.partition, log.tenantId, from, error.position - from, log.sql);
      waiting = Math.max(2 * waiting, count);
    }
  }
}

class Walk {
  /** Events read since the last place. */
  private read = 0;
  private over: Stretch[] = [];
  private behind: Mark | null = null;
  private toldUntil: Instant = NOTHING_TOLD;
  private actual = Reading.from(null);
  private known = Reading.from(null);
  private versions = new Map<string, number>();
  private order: EffectOrder<Fact>;

  constructor(
    private readonly log: TenantLog,
    private readonly shelf: Shelf,
    private readonly strides: Strides,
  ) {
    this.order = new EffectOrder<Fact>(strides.waiting);
  }

  /** null: somebody else was quicker, or tidied up; to be begun anew. */
  async toTheEnd(pace: Pace): Promise<number | null> {
    const { log, shelf } = this;
    const [last, lastKnown] = await Promise.all([shelf.find(log, 'told', Infinity), shelf.find(log, 'known', Infinity)]);
    const [told, known] = await Promise.all([last.state(), lastKnown.state()]);
    if (last.mark?.no !== lastKnown.mark?.no) return null;
    if (last.mark && told && known) {
      this.behind = last.mark;
      this.toldUntil = last.mark.toldUntil;
      this.actual = Reading.from(told.reading);
      this.known = Reading.from(known.reading);
      this.versions = new Map(told.versions);
      this.order = orderAt(told, this.strides.waiting);
    }
    for await (const page of readFacts(log, { after: this.behind?.position ?? 0 }, this.strides.apart)) {
      for (const fact of page.facts) this.take(fact);
      this.read += page.count;
      if (this.read >= this.apart && !(await this.keep(page))) return null;
      await pace(page.recordedAt);
    }
    return this.apart - this.read;
  }

  /** The more a place holds, the fewer there are; as few as a reader can do with. */
  private get apart(): number {
    return Math.max(this.strides.apart, Math.min(this.actual.weight, FARTHEST));
  }

  private take(fact: Fact): void {
    this.known.take(fact, fact.recordedAt);
    if ('agentId' in fact.data) this.versions.set(fact.streamId, fact.version);
    for (const told of this.order.push(fact)) {
      for (const { of, interval } of this.actual.take(told, told.effectiveAt)) {
        if ('siteId' in of && interval.to !== null) this.over.push({ ...interval, of, to: interval.to });
      }
      this.toldUntil = told.effectiveAt;
    }
  }

  private async keep({ position, recordedAt }: FactPage): Promise<boolean> {
    const versions = [...this.versions];
    const place: Place = {
      ...{ position, toldUntil: this.toldUntil, knownUntil: recordedAt },
      told: { reading: this.actual.state, versions, order: this.order.state, waiting: this.order.held },
      known: { reading: this.known.state, versions },
    };
    const over = this.over;
    this.over = [];
    this.read = 0;
    this.behind = await this.shelf.add(this.log, this.behind, place, over);
    return this.behind !== null;
  }
}

/** The order of facts as it was at a place, to go on with what comes behind it. */
export function orderAt({ order, waiting }: OrderAtPlace, most: number): EffectOrder<Fact> {
  return EffectOrder.from(order, waiting, most);
}
