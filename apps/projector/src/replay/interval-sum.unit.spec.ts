import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Agent, agentFold } from '#domain/agent-presence/index';
import { CopiedRow, type Print } from '#database';
import type { ReplayedEvent } from '#event-store';
import type { StoredInterval } from '#read-model';
import { AgentIntervals } from './agent-intervals.js';
import { AgentIntervalSum, IntervalSum } from './interval-sum.js';

const moments = fc.array(
  fc.record({
    status: fc.constantFrom('online', 'busy', 'offline'),
    after: fc.nat(100_000),
    eventId: fc.uuid(),
    type: fc.constantFrom('StatusChanged', 'AgentLoggedIn'),
    actor: fc.record({ kind: fc.constantFrom('agent', 'system'), id: fc.uuid() }),
    reason: fc.option(fc.constantFrom('', 'lunch', 'Grüße'), { nil: undefined }),
  }),
  { maxLength: 20 },
);

/** The intervals, and their sum, as the fold of these facts makes them. */
function folded(facts: readonly Readonly<Record<string, unknown>>[]): { sum: IntervalSum; intervals: StoredInterval[] } {
  const intervals: StoredInterval[] = [];
  const [bySum, byRow] = [new AgentIntervalSum(), new AgentIntervals((interval) => intervals.push(interval))];
  let at = Date.UTC(2026, 2, 2);
  let was: Agent | undefined;
  facts.forEach(({ status, after, reason, ...fact }, i) => {
    at += Number(after);
    const event = { ...fact, tenantId: 't', position: i + 1, effectiveAt: at, recordedAt: at, data: { agentId: 'a', reason } } as unknown as ReplayedEvent;
    const session = { sessionId: 's', device: 'desktop' as const, startedAt: 0, leaseSeconds: 120, signedOut: false, reachableByPush: false };
    const is: Agent = { ...agentFold.initial, agentId: 'a', standing: 'active', sessions: [session], intent: { status, version: i, since: at } as Agent['intent'] };
    bySum.note(event, was, is);
    byRow.note(event, was, is);
    was = is;
  });
  byRow.end();
  return { sum: bySum.sum(), intervals };
}

/** The sum as it is made from rows. */
function summed(intervals: readonly StoredInterval[]): IntervalSum {
  const sum = new IntervalSum();
  const row = new CopiedRow(4);
  for (const interval of intervals) {
    const { eventId, type, actor, reason } = interval;
    row.moveTo(Buffer.from(`${eventId}\t${type}\t${actor.kind}\t${actor.id}\n`), 0);
    const cause: Print = { high: 0, low: 0 };
    row.print(cause, 0);
    row.print(cause, 1);
    row.print(cause, 2, 3);
    sum.add(interval, cause, reason ?? '');
  }
  return sum;
}

describe('the sum of an agent’s intervals', () => {
  it('is that of the rows, in whatever order they come', () => {
    fc.assert(
      fc.property(moments, (facts) => {
        const { sum, intervals } = folded(facts);
        expect(summed(intervals)).toEqual(sum);
        expect(summed([...intervals].reverse()).sameAs(sum)).toBe(true);
      }),
    );
  });

  it('differs where anything of a row differs, is missing or too much', () => {
    const other = { position: 77, from: 1, to: 1, status: 'offline', eventId: 'x', type: 'Else', actor: { kind: 'system', id: 'x' }, reason: 'else' };
    fc.assert(
      fc.property(moments, fc.nat(), fc.constantFrom(...(Object.keys(other) as (keyof typeof other)[])), (facts, nth, name) => {
        const { sum, intervals } = folded(facts);
        const [one] = intervals.splice(nth % (intervals.length || 1), 1);
        if (!one || JSON.stringify(one[name]) === JSON.stringify(other[name])) return;
        expect(summed(intervals).sameAs(sum)).toBe(false);
        expect(summed([...intervals, { ...one, [name]: other[name] }]).sameAs(sum)).toBe(false);
        expect(summed([...intervals, one, one]).sameAs(sum)).toBe(false);
      }),
    );
  });
});
