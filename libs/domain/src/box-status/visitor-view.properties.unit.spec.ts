import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoxStory, presentAgent, shopWithGroups } from '#testing';
import type { Status } from '../agent-presence/index.js';
import { KNOWN_TURNS, type Opening, type Turn } from '../tenant-settings/index.js';
import { seenByVisitor } from './visitor-view.js';

const MINUTE = 60_000;
const because = { rule: 'weekly', of: 'site' } as const;

/** A site whose hours turned at minute 0 and turn again and again, agents who stay as they are, and a visitor in a conversation. */
const scene = fc
  .record({
    best: fc.constantFrom<Status>('online', 'busy', 'offline'),
    open: fc.boolean(),
    gaps: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: KNOWN_TURNS }),
    hold: fc.constantFrom(0, 1, 30, 120, 1440),
    openedAt: fc.integer({ min: -100, max: 300 }),
    now: fc.integer({ min: 0, max: 700 }),
    /** Milliseconds beside the minute: the edges are what goes wrong. */
    beside: fc.constantFrom(-1, 0, 1),
  })
  .map(({ open, gaps, now, beside, openedAt, ...rest }) => {
    let at = 0;
    const turns = gaps.map((gap, i): Turn => ({ at: (at += gap * MINUTE), open: i % 2 === 0 ? !open : open }));
    const instant = Math.max(0, now * MINUTE + beside);
    return { ...rest, turns: [{ at: 0, open }, ...turns], now: instant, openedAt: Math.min(openedAt * MINUTE, instant) };
  });
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;

/** The rule as the help page says it (behaviour D17), by looking at each instant alone. */
function expected({ turns, best, hold, openedAt }: Scene, at: number): { all: Status; since: number; own: Status } {
  const last = turns.findLast((turn) => turn.at <= at) as Turn;
  const held = !last.open && openedAt < last.at && at < last.at + hold * MINUTE;
  return { all: last.open ? best : 'offline', since: last.at, own: last.open || held ? best : 'offline' };
}

function ask(told: Scene) {
  const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', told.best)]);
  story.boxes.tenant = { ...story.boxes.tenant, conversationHoldMinutes: told.hold };
  const [first, ...upcoming] = told.turns as [Turn, ...Turn[]];
  const opening: Opening = { open: first.open, because, upcoming };
  const entry = story.boxes.sites.get('shop') as NonNullable<ReturnType<typeof story.boxes.sites.get>>;
  const { all, since } = expected(told, told.now);
  return seenByVisitor(story.boxes, { ...entry.site, openings: { '': opening } }, null, { status: all, since }, told.openedAt, told.now);
}

describe('what a visitor in a conversation sees (behaviour D17), any hours, hold and instant', () => {
  it('is the status by the rule, at every instant', () => {
    fc.assert(
      fc.property(scene, (told) => {
        const { all, own } = expected(told, told.now);
        const seen = ask(told);
        expect(seen?.status ?? all).toBe(own);
        expect(seen?.held ?? false).toBe(own !== all);
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells as `next` the first instant at which that changes, as far as turns are known', () => {
    fc.assert(
      fc.property(scene, (told) => {
        const seen = ask(told);
        if (!seen) return;
        const known = told.turns.length - 1 < KNOWN_TURNS ? Infinity : (told.turns.at(-1)?.at ?? 0);
        const instants = told.turns.flatMap(({ at }) => [at, at + told.hold * MINUTE]).filter((at) => at > told.now && at <= known);
        const at = instants.sort((a, b) => a - b).find((instant) => expected(told, instant).own !== seen.status);
        expect(seen.next).toEqual(at === undefined ? null : { at, status: expected(told, at).own });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what a visitor in a conversation sees', () => {
  const closed: Scene = { best: 'online', hold: 120, openedAt: -MINUTE, now: MINUTE, turns: [{ at: 0, open: false }] };

  it('the bound of the hold: 120 minutes to the millisecond, announced as next', () => {
    expect(ask({ ...closed, now: 120 * MINUTE - 1 })).toEqual({ status: 'online', held: true, next: { at: 120 * MINUTE, status: 'offline' } });
    expect(ask({ ...closed, now: 120 * MINUTE })).toBeNull();
  });

  it('a conversation that began when the box was closed keeps nothing open', () => {
    expect(ask({ ...closed, openedAt: 0 })).toBeNull();
  });
});
