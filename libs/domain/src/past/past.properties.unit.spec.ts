import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectiveStatusOf } from '../agent-presence/index.js';
import { AGENTS } from '../box-status/any-history.fixture.js';
import type { TenantBoxes } from '../box-status/index.js';
import { anyLog, START } from './any-log.fixture.js';
import { AvailabilityCount } from './availability.js';
import { CameTooLate, EffectOrder, inEffectOrder, type LoggedFact, type OrderState } from './effect-order.js';
import { IntervalTrack, type PastInterval } from './intervals.js';
import { PastFold } from './past-fold.js';
import type { Period } from './periods.js';
import { PlainPast, truthsOf } from './plain-past.fixture.js';

const RUNS = 2_000;
const STATUS: Readonly<Record<string, string>> = { unattended: 'online', 'outside-hours': 'offline', missed: 'offline', closed: 'offline' };
const asStatuses = (standings: ReadonlyMap<string, string>) => [...standings].map(([id, standing]) => `${id} ${STATUS[standing] ?? standing}`).sort();

function boxesOf(boxes: TenantBoxes): string[] {
  const shown = [...boxes.sites].filter(([, { site }]) => site.standing === 'present');
  return shown.flatMap(([siteId, entry]) => [...entry.boxes].flatMap(([id, { status, removed }]) => (removed ? [] : [`${siteId}${id && `/${id}`} ${status}`]))).sort();
}

const agentsOf = ({ agents }: TenantBoxes) =>
  [...agents.values()].flatMap((agent) => (agent.standing === 'removed' ? [] : [`${agent.agentId} ${effectiveStatusOf(agent)}`])).sort();

/** The history of every box and agent, by what it is of. */
function historyOf(facts: readonly LoggedFact[]): Map<string, PastInterval[]> {
  const fold = new PastFold();
  const tracks = new Map<string, { track: IntervalTrack; over: PastInterval[] }>();
  for (const fact of facts) {
    for (const turn of fold.apply(fact)) {
      const id = 'agentId' in turn.of ? turn.of.agentId : `${turn.of.siteId}${turn.of.groupId === null ? '' : `/${turn.of.groupId}`}`;
      const entry = tracks.get(id) ?? { track: new IntervalTrack(), over: [] };
      tracks.set(id, entry);
      const over = entry.track.turn(turn);
      if (over) entry.over.push(over);
    }
  }
  return new Map([...tracks].map(([id, { track, over }]) => [id, [...over, ...track.rest()]]));
}

/** The log as it comes out of a short memory, put away and taken up again at every fact; it begins anew with a longer one where that was too short. */
function streamed(log: readonly LoggedFact[], most: number): LoggedFact[] {
  let order = new EffectOrder<LoggedFact>(most);
  const given: LoggedFact[] = [];
  try {
    for (const fact of log) {
      given.push(...order.push(fact));
      order = EffectOrder.from(JSON.parse(JSON.stringify(order.state)) as OrderState, log, most);
    }
    return [...given, ...order.rest()];
  } catch (error) {
    if (!(error instanceof CameTooLate)) throw error;
    return streamed(log, most * 2);
  }
}

/** As `toEqual`, and quick where they are: two thousand histories are looked at, instant by instant. */
function same(is: unknown, expected: unknown): void {
  if (JSON.stringify(is) !== JSON.stringify(expected)) expect(is).toEqual(expected);
}

describe('the past of any tenant', () => {
  it('as of any instant, history and report say what a second fold says that knows nothing of the first', () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat({ max: 120 }), { minLength: 1, maxLength: 3 }), ({ story, log }, cuts) => {
        const facts = inEffectOrder(log);
        const truths = truthsOf(log);
        same(facts.map(({ position, effectiveAt }) => [position, effectiveAt]), truths.map(({ fact, at }) => [fact.position, at]));
        same(streamed(log, 2), facts);

        const instants = [...new Set(truths.map(({ at }) => at))];
        const end = (instants.at(-1) ?? START) + 7;
        const periods = periodsBetween([START - 10, ...cuts.map((cut) => Math.min(START + cut, end)), end]);
        const history = historyOf(facts);
        const count = new AvailabilityCount('shop', periods);
        const expected = new Map<string, number>();
        const fold = new PastFold();
        let told = 0;
        for (const [i, at] of instants.entries()) {
          for (; told < facts.length && (facts[told] as LoggedFact).effectiveAt <= at; told += 1) {
            fold.apply(facts[told] as LoggedFact);
            count.take(facts[told] as LoggedFact);
          }
          const plain = new PlainPast(truths, at);
          const [boxes, agents] = [plain.boxStandings(), plain.agentStandings()];
          // as of
          same(boxesOf(fold.boxes), asStatuses(boxes));
          same(agentsOf(fold.boxes), asStatuses(agents));
          // history
          const stood = [...history].flatMap(([id, all]) => all.filter(({ from, to }) => from <= at && (to === null || at < to)).map(({ status }) => `${id} ${status}`));
          const removed = AGENTS.filter((id) => history.has(id) && !agents.has(id) && (history.get(id)?.[0]?.from ?? Infinity) <= at);
          same(stood.sort(), [...asStatuses(boxes), ...asStatuses(agents), ...removed.map((id) => `${id} offline`)].sort());
          // report
          const until = instants[i + 1] ?? end;
          const mine = [...boxes].filter(([id]) => id === 'shop' || id.startsWith('shop/'));
          for (const [p, { from, to }] of periods.entries()) {
            const ms = Math.min(until, to) - Math.max(at, from);
            if (ms <= 0) continue;
            for (const [id, standing] of [...mine, ...agents]) {
              expected.set(`${id} ${standing}`, (expected.get(`${id} ${standing}`) ?? 0) + ms);
              if (id === 'shop') expected.set(`${id} ${standing} ${p}`, (expected.get(`${id} ${standing} ${p}`) ?? 0) + ms);
            }
          }
        }
        same(spentIn(count), [...expected].map(([what, ms]) => `${what}: ${ms}`).sort());
        // At the end the order does not matter any more: live says the same.
        same(boxesOf(story.boxes), boxesOf(fold.boxes));
        same(agentsOf(story.boxes), agentsOf(fold.boxes));
      }),
      { numRuns: RUNS },
    );
  });

  it('intervals have a length, touch where nothing was removed, and neighbours differ', () => {
    fc.assert(
      fc.property(anyLog, ({ log }) => {
        const facts = inEffectOrder(log);
        for (const intervals of historyOf(facts).values()) {
          intervals.forEach(({ status, from, to }, i) => {
            const next = intervals[i + 1];
            expect(to === null ? next : to > from).toBe(to === null ? undefined : true);
            if (next) expect(next.from >= (to ?? Infinity) && (next.from !== to || next.status !== status)).toBe(true);
          });
        }
      }),
      { numRuns: RUNS / 10 },
    );
  });
});

function periodsBetween(bounds: readonly number[]): Period[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  return sorted.slice(1).map((to, i) => ({ date: '', from: sorted[i] as number, to }));
}

function spentIn(count: AvailabilityCount): string[] {
  const { site, groups, agents } = count.end();
  const lines = (id: string, spent: Readonly<Record<string, number>>, suffix = '') =>
    Object.entries(spent).flatMap(([standing, ms]) => (ms > 0 ? [`${id} ${standing}${suffix}: ${ms}`] : []));
  return [
    ...lines('shop', site.total),
    ...site.periods.flatMap((spent, p) => lines('shop', spent, ` ${p}`)),
    ...[...groups].flatMap(([id, { total }]) => lines(`shop/${id}`, total)),
    ...[...agents].flatMap(([id, { total }]) => lines(id, total)),
  ].sort();
}
