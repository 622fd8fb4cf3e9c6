import type { Instant } from '#domain/agent-presence/index';
import { applyEvent, type TenantBoxes } from '#domain/box-status/index';
import {
  type AgentSubject, type Availability, AvailabilityCount, type BegunPast, type BoxSubject, type Detailed, overdueFacts,
  type Period, type Supposition, WhatIf,
} from '#domain/past/index';
import { Compared, type ComparedUntil, hoursBefore, MOST_COMPARED, TooLong } from './compared.js';
import { type Fact, readFacts, readFactsOfStream, streamOf, type TenantLog } from './facts.js';
import { open, openBoxes, type Opened, there } from './open-place.js';
import { type PastAsked, PageOfIntervals, type PastPage } from './past-page.js';
import { Reading } from './reading.js';
import type { Found, Mark, Shelf } from './shelf.js';
import { again, ShelfChanged } from './shelf-changed.js';
import { type Pace, STRIDES, type Strides, walk } from './walk.js';

/** There is much more behind a tenant's last place than may be read for one answer: somebody has to walk first. */
export class NotWalkedYet extends Error {
  override readonly name = 'NotWalkedYet';

  constructor(readonly log: TenantLog) {
    super(`the past of tenant ${log.tenantId} is not made ready yet`);
  }
}

/** Facts that may lie behind the last place, where a question is answered: some tenths of a second. */
const TOO_FAR = 10_000;
/** Facts of an agent that are read at a time. */
const AGENT_PAGE = 300;

/**
 * A tenant's past. Each answer is the fold of the log as it is at that moment; places on the shelf only save reading what lies before them.
 * A fact that became known later than the last place is looked for each time, however long ago it became true.
 */
export class Memory {
  /** @param tooFar facts behind the last place beyond which questions are refused with `NotWalkedYet` */
  constructor(
    private readonly shelf: Shelf,
    private readonly strides: Strides = STRIDES,
    private readonly tooFar = TOO_FAR,
  ) {}

  /** Makes the past ready up to the end of the log; gives how many more events it takes until that is worth while again. @param pace see `Pace` */
  walk(log: TenantLog, pace?: Pace): Promise<number> {
    return walk(log, this.shelf, this.strides, pace);
  }

  /** Whether there is so much behind the last place that there could be another one. */
  async isBehind(log: TenantLog): Promise<boolean> {
    const { last } = await this.shelf.find(log, 'told', -Infinity);
    return (await log.store.tailOf(log.partition, log.tenantId, last?.position ?? 0, this.strides.apart, log.sql)).count >= this.strides.apart;
  }

  /**
   * A tenant at an instant that is over.
   * `actual`: as it was, by all that is known now, turns that are due and not yet in the log included. `shown`: as it was known then.
   * Everything is in it, also what was removed before; a site that was not there yet is missing.
   */
  recall(log: TenantLog, at: Instant, as: 'actual' | 'shown'): Promise<TenantBoxes> {
    return again(() => (as === 'shown' ? this.recallKnown(log, at) : this.recallTold(log, at)));
  }

  /** A page of intervals: `actual` by when things were so, `shown` (of an agent) by when they became known. Throws as `recall`. */
  history(log: TenantLog, asked: PastAsked, as: 'actual' | 'shown'): Promise<PastPage> {
    const { of } = asked;
    if ('siteId' in of) return again(() => this.historyOfBox(log, { ...asked, of }));
    return again(() => (as === 'shown' ? this.knownOfAgent(log, { ...asked, of }) : this.historyOfAgent(log, { ...asked, of })));
  }

  /** How a site, its groups and the tenant's agents spent the periods, which cut a range without gaps (behaviour D24). */
  report(log: TenantLog, siteId: string, periods: readonly Period[], detailed: Detailed): Promise<Availability> {
    return again(() => this.count(log, siteId, periods, detailed));
  }

  /**
   * A box of the past beside itself as it would have been (behaviour 4, "what-if"). Where the range begins a box stands by what brought its status about.
   * Throws `TooLong` for a range with more facts than are compared for one answer.
   *
   * @param slice facts after which it ends as soon as it may, at the latest at the next place: the rest is for another question, from there on
   */
  async whatIf(
    log: TenantLog, of: BoxSubject, supposition: Supposition, periods: readonly Period[], maxIntervals: number, slice = Infinity,
  ): Promise<ComparedUntil> {
    const [from, to] = [periods[0]?.from ?? Infinity, periods.at(-1)?.to ?? -Infinity];
    const compare = (begun: BegunPast): WhatIf => new WhatIf(of, supposition, periods, maxIntervals, begun);
    const { taker, until } = await again(async () => {
      const hours = await hoursBefore(log, of, from);
      return this.tell(log, from - 1, to, (reading) => new Compared(of, from, reading, hours, compare), { most: MOST_COMPARED, slice });
    });
    return { comparison: taker.end(until), until };
  }

  private async recallKnown(log: TenantLog, at: Instant): Promise<TenantBoxes> {
    const found = await this.shelf.find(log, 'known', at);
    if (found.next === null) await this.earliestBehind(log, found.mark);
    const { fold } = Reading.from(found.mark && (await there(found.boxes())).reading);
    for await (const { facts } of readFacts(log, { after: found.mark?.position ?? 0, upTo: found.next ?? undefined })) {
      for (const fact of facts) {
        if (fact.recordedAt > at) return fold.boxes;
        fold.apply(fact);
      }
    }
    return fold.boxes;
  }

  private async recallTold(log: TenantLog, at: Instant): Promise<TenantBoxes> {
    const { found, earliest } = await this.find(log, at);
    const { reading, order } = await openBoxes(found);
    const stretch = { after: found.mark?.position ?? 0, upTo: endOf(found, earliest, at) };
    for await (const { facts } of readFacts(log, stretch)) for (const fact of facts) order.push(fact);
    const { fold } = reading;
    for (const fact of order.upTo(at)) fold.apply(fact);
    for (const fact of overdueFacts(fold.boxes, at)) applyEvent(fold.boxes, fact);
    return fold.boxes;
  }

  private async historyOfBox(log: TenantLog, asked: PastAsked & { readonly of: BoxSubject }): Promise<PastPage> {
    const page = new PageOfIntervals(asked);
    const { found } = await this.find(log, Infinity);
    if (found.mark) {
      const over = await this.shelf.stretches(log, found.mark, { ...asked, limit: asked.limit + 1 });
      if (!over) throw new ShelfChanged();
      for (const interval of over) page.keep(interval);
    }
    if (page.done) return page.page;
    const { reading, order } = await openBoxes(found);
    for await (const { facts } of readFacts(log, { after: found.mark?.position ?? 0 })) for (const fact of facts) order.push(fact);
    for (const fact of order.rest()) page.keepAll(reading.take(fact, fact.effectiveAt));
    return page.end(reading.left(asked.of));
  }

  private async historyOfAgent(log: TenantLog, asked: PastAsked & { readonly of: AgentSubject }): Promise<PastPage> {
    const page = new PageOfIntervals(asked);
    const streamId = streamOf(asked.of.agentId);
    const { reading, order, versions, earliest } = await this.begin(log, asked.after ?? asked.from);
    for await (const { facts, last } of readFactsOfStream(log, streamOf(asked.of.agentId), versions.get(streamId) ?? 0, AGENT_PAGE)) {
      for (const fact of facts) order.push(fact);
      // Behind a place nothing became true before what was told there, but for what came since the last one.
      const reached = last ? null : await this.shelf.markBy(log, facts.at(-1)?.position ?? 0);
      const sure = last ? Infinity : Math.min(reached?.toldUntil ?? -Infinity, earliest);
      for (const fact of last ? order.rest() : order.upTo(sure)) {
        if (fact.streamId === streamId) page.keepAll(reading.take(fact, fact.effectiveAt));
      }
      if (page.done) return page.page;
    }
    return page.end(reading.left(asked.of));
  }

  private async knownOfAgent(log: TenantLog, asked: PastAsked & { readonly of: AgentSubject }): Promise<PastPage> {
    const page = new PageOfIntervals(asked);
    const found = await this.shelf.find(log, 'known', asked.after ?? asked.from);
    const state = found.mark && (await there(found.state()));
    const reading = Reading.from(state?.reading ?? null);
    const version = new Map(state?.versions).get(streamOf(asked.of.agentId)) ?? 0;
    for await (const { facts } of readFactsOfStream(log, streamOf(asked.of.agentId), version, AGENT_PAGE)) {
      for (const fact of facts) page.keepAll(reading.take(fact, fact.recordedAt));
      if (page.done) return page.page;
    }
    return page.end(reading.left(asked.of));
  }

  private async count(log: TenantLog, siteId: string, periods: readonly Period[], detailed: Detailed): Promise<Availability> {
    const [from, to] = [periods[0]?.from ?? -Infinity, periods.at(-1)?.to ?? -Infinity];
    return (await this.tell(log, from, to, ({ fold }) => new AvailabilityCount(siteId, periods, detailed, fold.boxes))).taker.end();
  }

  /**
   * Tells the facts that were true by `to` in the order of truth, beginning at a place before `from`; few of them are held at a time. After
   * a `slice` of facts it ends at the next place that lies behind `from`: by `until` all is told, unless it came to be known meanwhile.
   */
  private async tell<T extends { take(fact: Fact): void }>(
    log: TenantLog, from: Instant, to: Instant, begin: (reading: Reading) => T, { most = Infinity, slice = Infinity } = {},
  ): Promise<{ readonly taker: T; readonly until: Instant }> {
    const { after, reading, order, earliest } = await this.begin(log, from);
    const taker = begin(reading);
    let read = 0;
    const marks = (await this.shelf.marks(log, after)).filter(({ toldUntil }) => toldUntil <= earliest);
    const tell = (facts: readonly Fact[]): void => {
      for (const fact of facts) if (fact.effectiveAt <= to) taker.take(fact);
    };
    for await (const { facts, count } of readFacts(log, { after })) {
      if ((read += count) > most) throw new TooLong();
      for (const fact of facts) {
        // What is read and not given out yet stays little: behind a mark nothing became true before it.
        for (let mark = marks[0]; mark && mark.position < fact.position; mark = marks[0]) {
          tell(order.upTo(mark.toldUntil));
          if (mark.toldUntil > to && earliest > to) return { taker, until: to };
          if (read >= slice && mark.toldUntil > from + 1 && mark.toldUntil < to) return { taker, until: mark.toldUntil };
          marks.shift();
        }
        order.push(fact);
      }
    }
    tell(order.rest());
    return { taker, until: to };
  }

  /** Begins at the last place at which nothing later than `at` was told. */
  private async begin(log: TenantLog, at: Instant): Promise<Opened & Begun> {
    const { found, earliest } = await this.find(log, at);
    return { ...(await open(found)), after: found.mark?.position ?? 0, earliest };
  }

  /**
   * The last place at which nothing later than `at` was told, nor later than what came since the last place of all. `earliest`: since when
   * the first of that is true; Infinity: nothing came.
   */
  private async find(log: TenantLog, at: Instant): Promise<{ found: Found<'told'>; earliest: Instant }> {
    const found = await this.shelf.find(log, 'told', at);
    const earliest = await this.earliestBehind(log, found.last);
    if (!found.mark || found.mark.toldUntil <= earliest) return { found, earliest };
    return { found: await this.shelf.find(log, 'told', earliest), earliest };
  }

  /** Refuses where there are too many. */
  private async earliestBehind(log: TenantLog, mark: Mark | null): Promise<Instant> {
    const { count, earliest } = await log.store.tailOf(log.partition, log.tenantId, mark?.position ?? 0, this.tooFar + 1, log.sql);
    if (count > this.tooFar) throw new NotWalkedYet({ ...log, sql: undefined });
    return earliest ?? Infinity;
  }
}

/** Where reading begins. */
interface Begun {
  readonly after: number;
  /** See `find`. */
  readonly earliest: Instant;
}

/** Behind the next place nothing became true by an instant, unless it came very late. */
function endOf({ next }: Found<'told'>, earliest: Instant, at: Instant): number | undefined {
  return earliest > at ? (next ?? undefined) : undefined;
}
