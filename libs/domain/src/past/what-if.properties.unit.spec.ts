import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGENTS, GROUPS } from '../box-status/any-history.fixture.js';
import { SITE_MODES } from '../tenant-settings/index.js';
import { AvailabilityCount } from './availability.js';
import { inEffectOrder, type LoggedFact } from './effect-order.js';
import type { Period } from './periods.js';
import { statusSeen } from './box-lane.js';
import { anyHours, HoursStory, overridden, SHOP, type Steps, steps, STORY_START, type StorySupposed } from './what-if-story.fixture.js';
import { type Comparison, WhatIf } from './what-if.js';

const RUNS = 200;
const MINUTE = 60_000;
const groupId = fc.constantFrom(null, ...GROUPS);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const anySupposed: fc.Arbitrary<StorySupposed> = fc.record({
  groupId,
  siteHours: maybe(anyHours),
  groupHours: maybe(anyHours),
  mode: fc.option(fc.constantFrom(...SITE_MODES), { nil: undefined, freq: 2 }),
  groupEnabled: fc.option(fc.boolean(), { nil: undefined, freq: 2 }),
  agentGroups: maybe(fc.dictionary(fc.constantFrom(...AGENTS), fc.subarray(GROUPS)).map((all) => new Map(Object.entries(all)))),
});

/** The range from when the step was taken, cut at some instants. */
function periodsFrom(story: Pick<HoursStory, 'end'>, lived: Steps, since: number, cuts: readonly number[]): Period[] {
  const from = STORY_START + lived.slice(0, since + 1).reduce((sum, { minutes }) => sum + minutes * MINUTE, 0);
  const bounds = [...new Set([from, ...cuts.map((cut) => from + Math.floor(((story.end - from) * cut) / 100)), story.end])].sort((a, b) => a - b);
  return bounds.slice(1).map((to, i) => ({ date: '', from: bounds[i] as number, to }));
}

function compare(log: readonly LoggedFact[], asked: StorySupposed, periods: readonly Period[], max?: number): Comparison {
  const { groupId: group, siteHours: site, groupHours, ...supposed } = asked;
  const whatIf = new WhatIf({ siteId: SHOP, groupId: group }, { ...supposed, hours: { site, group: groupHours } }, periods, max);
  for (const fact of inEffectOrder(log)) whatIf.take(fact);
  return whatIf.end();
}

/** What the report says of the box, from its log alone. */
function reported(log: readonly LoggedFact[], { groupId: group }: StorySupposed, periods: readonly Period[]) {
  const count = new AvailabilityCount(SHOP, periods, { groupId: group ?? undefined });
  for (const fact of inEffectOrder(log)) count.take(fact);
  const { site, groups } = count.end();
  return group === null ? site.periods : (groups.get(group)?.periods ?? null);
}

const spentOf = (comparison: Comparison, of: 'was' | 'would') => {
  const spent = comparison.periods.map((period) => period[of]);
  return spent.some((one) => Object.values(one).some((ms) => ms > 0)) ? spent : null;
};
const orNone = (spent: ReturnType<typeof reported>) => (spent?.some((one) => Object.values<number>(one).some((ms) => ms > 0)) ? spent : null);

const anyCase = fc.record({
  lived: steps,
  since: fc.nat({ max: 39 }),
  cuts: fc.array(fc.nat({ max: 100 }), { maxLength: 12 }),
});

/** What openings follow from is told before they are: where the real log says nothing more, up to a second is as it was (ADR 11). */
const untold = (lived: Steps): number => lived.filter(({ act: { wish } }) => wish === 'zone' || wish === 'group hours').length * 1_000;

/** As `toEqual`, to some milliseconds, and quick where it is so. */
function near(is: ReturnType<typeof spentOf>, expected: ReturnType<typeof orNone>, ms: number): void {
  const off = (is ?? []).some((spent, i) => Object.entries(spent).some(([standing, time]) => Math.abs(time - (expected?.[i]?.[standing as 'busy'] ?? NaN)) > ms));
  if (off || is?.length !== expected?.length) expect(is).toEqual(expected);
}

describe('what if', () => {
  it('it is what the report says of a log that was really written with those hours, groups and modes', () => {
    fc.assert(
      fc.property(anyCase, anySupposed, ({ lived, since: any, cuts }, supposed) => {
        const since = any % lived.length;
        const real = new HoursStory(lived);
        const periods = periodsFrom(real, lived, since, cuts);
        const comparison = compare(real.log, supposed, periods);
        const written = new HoursStory(lived, since, supposed);
        near(spentOf(comparison, 'was'), orNone(reported(real.log, supposed, periods)), 0);
        near(spentOf(comparison, 'would'), orNone(reported(written.log, supposed, periods)), untold(lived));
      }),
      { numRuns: RUNS },
    );
  });

  it('who supposes what was so finds no difference at all', () => {
    fc.assert(
      fc.property(anyCase, anySupposed, ({ lived: any, since: step, cuts }, asked) => {
        const since = step % any.length;
        const before = new HoursStory(any.slice(0, since));
        const supposed = before.asItStands(asked);
        const lived = any.filter(({ act }, i) => i < since || !overridden(act, supposed));
        fc.pre(lived.length > since);
        const real = new HoursStory(lived);
        const { total, periods, intervals } = compare(real.log, supposed, periodsFrom(real, lived, since, cuts));
        expect([total.differ, intervals.filter(({ was, would }) => was.standing !== would.standing)]).toEqual([0, []]);
        expect(periods.map(({ would }) => would)).toEqual(periods.map(({ was }) => was));
      }),
      { numRuns: RUNS },
    );
  });

  it('intervals have a length, neighbours differ, and they add up to what is told of them; those that are left out are counted', () => {
    fc.assert(
      fc.property(anyCase, anySupposed, ({ lived, since: any, cuts }, supposed) => {
        const since = any % lived.length;
        const { log, end } = new HoursStory(lived);
        const periods = periodsFrom({ end }, lived, since, cuts);
        const { total, periods: parts, intervals, intervalsUntil } = compare(log, supposed, periods);
        const sum = { was: 0, would: 0, differ: 0 };
        intervals.forEach(({ from, to, was, would }, i) => {
          const next = intervals[i + 1];
          const differs = next?.was.standing !== was.standing || next.would.standing !== would.standing;
          expect(to > from && (!next || next.from > to || (next.from === to && differs))).toBe(true);
          if (was.standing === 'missed') sum.was += to - from;
          if (would.standing === 'missed') sum.would += to - from;
          if (statusSeen(was.standing) !== statusSeen(would.standing)) sum.differ += to - from;
        });
        expect(sum).toEqual({ was: total.was.missed, would: total.would.missed, differ: total.differ });
        expect(parts.reduce((all, { differ }) => all + differ, 0)).toBe(total.differ);
        expect(intervalsUntil).toBe(end);
        const few = compare(log, supposed, periods, 2);
        expect([few.total, few.intervals.length]).toEqual([total, Math.min(2, intervals.length)]);
        expect(few.intervalsUntil).toBe(intervals[2]?.from ?? end);
        expect(few.intervals).toEqual(intervals.slice(0, 2));
      }),
      { numRuns: RUNS },
    );
  });

  it('asked in slices it is the same, each slice going on where the one before ended', () => {
    fc.assert(
      fc.property(anyCase, anySupposed, fc.nat({ max: 100 }), ({ lived, since: any, cuts }, supposed, cut) => {
        const since = any % lived.length;
        const { log, end } = new HoursStory(lived);
        const periods = periodsFrom({ end }, lived, since, [...cuts, cut]);
        fc.pre(periods.length > 1);
        const seam = Math.max(1, Math.floor((periods.length * cut) / 101));
        const whole = compare(log, supposed, periods);
        const slices = [periods.slice(0, seam), periods.slice(seam)].map((part) => compare(log, supposed, part));
        near(slices.flatMap(({ periods: parts }) => parts.map(({ was }) => was)), whole.periods.map(({ was }) => was), 0);
        near(slices.flatMap(({ periods: parts }) => parts.map(({ would }) => would)), whole.periods.map(({ would }) => would), 0);
      }),
      { numRuns: RUNS },
    );
  });
});
