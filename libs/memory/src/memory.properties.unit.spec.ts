import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyEvent, type TenantBoxes } from '#domain/box-status/index';
import { AGENTS, GROUPS, SITES } from '#domain/box-status/any-history.fixture';
import { anyLog, START } from '#domain/past/any-log.fixture';
import {
  type AgentSubject, AvailabilityCount, type BoxSubject, type Comparison, inEffectOrder, IntervalTrack, type LoggedFact, overdueFacts, PastFold,
  type PastInterval, type Period, type Supposition, WhatIf,
} from '#domain/past/index';
import type { Fact, TenantLog } from './facts.js';
import { Memory } from './memory.js';
import { MemoryShelf } from './memory-shelf.fixture.js';
import type { PastPage } from './past-page.js';

const RUNS = 2_000;

/** A log that grows while it is read. */
class GrowingLog implements TenantLog {
  readonly tenantId = 't1';
  readonly partition = 3;
  readonly facts: Fact[] = [];
  private readonly versions = new Map<string, number>();

  readonly store: TenantLog['store'] = {
    readTenant: (_p, _t, { after, limit, upTo = Infinity }) =>
      Promise.resolve(this.facts.filter(({ position }) => position > after && position <= upTo).slice(0, limit)),
    readStream: ({ streamId }, after = 0, limit = Infinity) =>
      Promise.resolve(this.facts.filter((fact) => fact.streamId === streamId && fact.version > after).slice(0, limit)),
    tailOf: (_p, _t, after, atMost) => {
      const tail = this.facts.filter(({ position }) => position > after).slice(0, atMost);
      return Promise.resolve({ count: tail.length, earliest: tail.length === 0 ? null : Math.min(...tail.map(({ effectiveAt }) => effectiveAt)) });
    },
  };

  /** Other tenants have positions between; a conversation goes on beside it. */
  tell(fact: LoggedFact): void {
    const { agentId, siteId, groupId } = fact.data as { agentId?: string; siteId?: string; groupId?: string };
    const own = siteId === undefined ? `group-${groupId}` : `site-${siteId}`;
    const streamId = agentId === undefined ? (siteId ?? groupId) === undefined ? fact.streamId : own : `agent-${agentId}`;
    this.add({ ...fact, position: 3 * fact.position, streamId });
    if (fact.position % 5 === 4) {
      const gap = { siteId: 'shop', groupId: null, since: new Date(fact.recordedAt).toISOString(), afterSeconds: 60, because: 'somebody-there' };
      const type = fact.position % 2 === 0 ? 'CoverageLost' : 'CoverageRestored';
      this.add({ ...fact, type, data: gap, streamId: 'site-shop', effectiveAt: fact.recordedAt, position: 3 * fact.position + 1 } as unknown as LoggedFact);
    }
    if (fact.position % 4 !== 0) return;
    const talk = { type: 'MessageReceived', data: { conversationId: 'c', siteId: 'shop' }, streamId: 'conversation-c', effectiveAt: fact.recordedAt };
    this.add({ ...fact, ...talk, position: 3 * fact.position + 2 } as unknown as LoggedFact);
  }

  private add(fact: LoggedFact): void {
    const version = (this.versions.get(fact.streamId) ?? 0) + 1;
    this.versions.set(fact.streamId, version);
    this.facts.push({ ...fact, version, tenantId: 't1', partition: 3 } as unknown as Fact);
  }
}

/** The answers of whoever has read all of it. */
class WholeLog {
  private readonly facts: readonly Fact[];
  private readonly ordered: readonly Fact[];

  constructor(facts: readonly Fact[]) {
    this.facts = facts.filter(({ type }) => (type as string) !== 'MessageReceived');
    this.ordered = inEffectOrder(this.facts);
  }

  recall(at: number, as: 'actual' | 'shown'): TenantBoxes {
    const { boxes } = new PastFold();
    if (as === 'shown') for (const fact of this.facts) if (fact.recordedAt <= at) applyEvent(boxes, fact);
    if (as === 'shown') return boxes;
    for (const fact of this.ordered) if (fact.effectiveAt <= at) applyEvent(boxes, fact);
    for (const fact of overdueFacts(boxes, at)) applyEvent(boxes, fact);
    return boxes;
  }

  history(of: BoxSubject | AgentSubject, as: 'actual' | 'shown'): PastInterval[] {
    const fold = new PastFold();
    const track = new IntervalTrack();
    const over: (PastInterval | undefined)[] = [];
    for (const fact of as === 'shown' ? this.facts : this.ordered) {
      for (const turn of fold.apply(fact, as === 'shown' ? fact.recordedAt : fact.effectiveAt)) {
        if (textOf(turn.of) === textOf(of)) over.push(track.turn(turn));
      }
    }
    return [...over.filter((interval) => interval !== undefined), ...track.rest()];
  }

  whatIf(of: BoxSubject, supposition: Supposition, periods: readonly Period[]): Comparison {
    const whatIf = new WhatIf(of, supposition, periods);
    for (const fact of this.ordered) if (fact.effectiveAt <= (periods.at(-1)?.to ?? 0)) whatIf.take(fact);
    return whatIf.end();
  }

  report(periods: readonly { date: string; from: number; to: number }[]) {
    const count = new AvailabilityCount('shop', periods);
    for (const fact of this.ordered) if (fact.effectiveAt <= (periods.at(-1)?.to ?? 0)) count.take(fact);
    return count.end();
  }
}

/** Standings, and for how long; who only begins at a place knows since when a status was so, and not every reason before. */
function compared({ total, periods, intervals, intervalsUntil }: Comparison) {
  return [total, periods, intervals.map(({ from, to, was, would }) => [from, to, was.standing, would.standing]), intervalsUntil];
}

/** A comparison in slices, each asked for from where the one before ended. */
async function inSlices(
  memory: Memory, log: TenantLog, { of, supposed, slice, from, to }: { of: BoxSubject; supposed: Supposition; slice: number; from: number; to: number },
): Promise<Comparison[]> {
  const slices: Comparison[] = [];
  for (let next = from; next < to; ) {
    const { comparison, until } = await memory.whatIf(log, of, supposed, [{ date: '', from: next, to }], Infinity, slice);
    expect([until > next, comparison.intervalsUntil]).toEqual([true, until]);
    slices.push(comparison);
    next = until;
  }
  return slices;
}

/** When one of both came to stand otherwise, and how; where two slices meet both may go on as before. */
function changesOf(intervals: Comparison['intervals']) {
  const told = intervals.map(({ from, to, was, would }) => ({ from, to, stands: [was.standing, would.standing].join(' ') }));
  return told.filter(({ from, stands }, i) => told[i - 1]?.to !== from || told[i - 1]?.stands !== stands).map(({ from, stands }) => [from, stands]);
}

const textOf = (of: BoxSubject | AgentSubject) => ('agentId' in of ? of.agentId : `${of.siteId}/${of.groupId ?? ''}`);
/** Everything, in an order that does not depend on how it was read. */
const told = ({ tenant, agents, groups, sites, tallies, timed }: TenantBoxes) => {
  const boxes = [...sites].map(([id, { site, version, boxes: ofSite }]) => [id, site, version, [...ofSite]]);
  return canonical([tenant, [...agents], [...groups], boxes, tallies.all, [...timed].sort()]);
};
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
/** As `toEqual`, and quick where they are. */
const same = (is: string, expected: string) => is === expected || expect(JSON.parse(is)).toEqual(JSON.parse(expected));

const subject: fc.Arbitrary<BoxSubject | AgentSubject> = fc.oneof(
  fc.record({ siteId: fc.constantFrom(...SITES), groupId: fc.constantFrom(null, ...GROUPS) }),
  fc.record({ agentId: fc.constantFrom(...AGENTS) }),
);
const strides = fc.record({ apart: fc.integer({ min: 1, max: 4 }), waiting: fc.integer({ min: 0, max: 3 }) });
const instant = fc.integer({ min: -5, max: 110 }).map((after) => START + after);
const asReading = fc.constantFrom('actual' as const, 'shown' as const);
const supposition: fc.Arbitrary<Supposition> = fc.oneof(
  fc.record({ mode: fc.constantFrom('agents-and-hours' as const, 'force-online' as const, 'force-offline' as const) }),
  fc.record({ groupEnabled: fc.boolean(), hours: fc.constantFrom({ site: null }, {}) }),
  fc.subarray([...AGENTS], { minLength: 1 }).map((agents): Supposition => ({ agentGroups: new Map(agents.map((id) => [id, GROUPS.slice(0, 1)])) })),
);
const question = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('recall' as const), at: instant, as: asReading }) },
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('history' as const), of: subject, from: instant, as: asReading, limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('what-if' as const), groupId: fc.constantFrom(null, ...GROUPS), supposed: supposition, from: instant, slice: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('report' as const), from: instant, length: fc.integer({ min: 1, max: 20 }) }) },
);
/** Facts come, somebody walks, or two at the same time, something is forgotten; then questions are asked, before and after more facts. */
const step = fc.record({
  facts: fc.integer({ min: 3, max: 40 }),
  walkers: fc.array(strides, { minLength: 1, maxLength: 2 }),
  forget: fc.option(instant, { freq: 4 }),
  then: fc.nat({ max: 6 }),
  questions: fc.array(question, { minLength: 1, maxLength: 3 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 3 });

async function expectAnswer(memory: Memory, log: GrowingLog, plain: WholeLog, asked: typeof question extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  if (asked.ask === 'recall') same(told(await memory.recall(log, asked.at, asked.as)), told(plain.recall(asked.at, asked.as)));
  else if (asked.ask === 'history') {
    const { of, from, limit } = asked;
    const as = 'agentId' in of ? asked.as : 'actual'; // what was shown of boxes is on record
    const expected = plain.history(of, as).filter(({ to }) => to === null || to > from);
    for (let after: number | null = null, i = 0; ; i += limit) {
      const page: PastPage = await memory.history(log, { of, from, to: Infinity, after, limit }, as);
      same(canonical([page.intervals, page.more]), canonical([expected.slice(i, i + limit), expected.length > i + limit]));
      after = page.intervals.at(-1)?.from ?? null;
      if (!page.more || i > 2 * limit) break;
    }
  } else if (asked.ask === 'what-if') {
    const { groupId, supposed, from, slice } = asked;
    const of = { siteId: 'shop', groupId };
    const periods = [{ date: '', from, to: from + 10 }, { date: '', from: from + 10, to: from + 25 }];
    const { comparison, until } = await memory.whatIf(log, of, supposed, periods, Infinity);
    expect(until).toBe(from + 25);
    same(canonical(compared(comparison)), canonical(compared(plain.whatIf(of, supposed, periods))));
    const slices = await inSlices(memory, log, { of, supposed, slice, from, to: until });
    sliced += slices.length - 1;
    same(canonical(changesOf(slices.flatMap(({ intervals }) => intervals))), canonical(changesOf(comparison.intervals)));
    expect(slices.reduce((sum, { total }) => sum + total.differ, 0)).toBe(comparison.total.differ);
  } else {
    const [from, middle] = [asked.from, asked.from + asked.length];
    const periods = [{ date: '', from, to: middle }, { date: '', from: middle, to: middle + 2 * asked.length }];
    const [is, expected] = [await memory.report(log, 'shop', periods, {}), plain.report(periods)];
    const lines = ({ site, groups, agents, gaps }: typeof is) => canonical([site, [...groups].sort(), [...agents].sort(), gaps]);
    same(lines(is), lines(expected));
  }
}

/** Seams at which a comparison was cut. */
let sliced = 0;

describe('places', () => {
  it('change no answer: wherever they lie, whatever is forgotten, whoever walks at the same time, and whatever comes late', async () => {
    let [asked, placed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anyLog, steps, async ({ log: whole }, all) => {
        const log = new GrowingLog();
        const shelf = new MemoryShelf();
        const memory = new Memory(shelf);
        let read = 0;
        const grow = (by: number) => {
          for (const fact of whole.slice(read, read + by)) log.tell(fact);
          read += by;
        };
        for (const { facts, walkers, forget, then, questions } of all) {
          grow(facts);
          await Promise.all(walkers.map((of) => new Memory(shelf, of).walk(log)));
          if (forget !== null) await shelf.dropAfter(log, forget);
          placed += (await shelf.marks(log, 0)).length > 1 ? questions.length : 0;
          for (const more of [0, then]) {
            grow(more);
            const plain = new WholeLog(log.facts);
            for (const one of questions) await expectAnswer(memory, log, plain, one);
          }
          asked += questions.length;
        }
      }),
      { numRuns: RUNS },
    );
    expect(placed).toBeGreaterThan(asked / 2); // it bites
    expect(sliced).toBeGreaterThan(RUNS / 10);
  });
});
