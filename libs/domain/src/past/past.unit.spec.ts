import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, type BoxFact, signedIn, siteAdded, switchedTo, tenantAdded } from '#testing';
import { CameTooLate, EffectOrder, inEffectOrder, type LoggedFact } from './effect-order.js';
import { IntervalTrack, type PastInterval } from './intervals.js';
import { overdueFacts } from './overdue-facts.js';
import { PastFold } from './past-fold.js';

/** A log: the facts in the order in which they were recorded, a second apart unless they say otherwise. */
function log(...facts: (BoxFact & { recordedAt?: number })[]): LoggedFact[] {
  return facts.map((fact, i) => {
    const { agentId, siteId, groupId } = fact.data as { agentId?: string; siteId?: string; groupId?: string };
    const recordedAt = fact.recordedAt ?? at('12:00:00') + i * 1_000;
    const place = { position: i + 1, eventId: `e${i + 1}`, streamId: agentId ?? siteId ?? groupId ?? 'tenant', actor: { kind: 'agent', id: 'x' } };
    return { effectiveAt: recordedAt, ...fact, recordedAt, ...place };
  });
}
const expired = (sessionId: string, effectiveAt: number): BoxFact => ({
  ...{ type: 'HeartbeatExpired', data: { agentId: sessionId.slice(0, 1), sessionId, lastSeenAt: new Date(effectiveAt - 120_000).toISOString() } },
  effectiveAt,
});
const ids = (facts: readonly LoggedFact[]) => facts.map(({ eventId }) => eventId).join(' ');

describe('the order in which facts became true', () => {
  it('a lease that was found to have ended goes to its deadline; the rest stays in the order of the log', () => {
    const facts = log(agentAdded('A'), signedIn('A'), switchedTo('A', 'online'), agentAdded('B'), expired('A-desktop', at('12:00:02.500')));
    expect(ids(inEffectOrder(facts))).toBe('e1 e2 e3 e5 e4');
  });

  it('a clock that was set back does not turn round what was decided one upon the other', () => {
    const facts = log(agentAdded('A'), signedIn('A'), { ...switchedTo('A', 'online'), effectiveAt: at('11:00:00') });
    const ordered = inEffectOrder(facts);
    expect(ids(ordered)).toBe('e1 e2 e3');
    expect(ordered.at(-1)?.effectiveAt).toBe(at('12:00:01'));
  });

  it('a lease does not end before its own sign-in', () => {
    const ordered = inEffectOrder(log(agentAdded('A'), signedIn('A'), expired('A-desktop', at('11:00:00'))));
    expect(ordered.map(({ effectiveAt }) => effectiveAt)).toEqual([at('12:00:00'), at('12:00:01'), at('12:00:01')]);
  });

  it('it holds no more facts than it is told to, and says so when one came later than that', () => {
    const order = new EffectOrder<LoggedFact>(2);
    const facts = log(agentAdded('A'), signedIn('A'), agentAdded('B'), agentAdded('C'));
    expect(facts.map((fact) => ids(order.push(fact)))).toEqual(['', '', 'e1', 'e2']);
    expect(ids(order.upTo(at('12:00:02')))).toBe('e3');
    const [tooLate] = log({ ...expired('X-desktop', at('12:00:00.500')), recordedAt: at('12:00:04') });
    expect(() => order.push(tooLate as LoggedFact)).toThrow(CameTooLate);
    expect(ids(order.rest())).toBe('e4');
  });
});

describe('the past of a box', () => {
  const intervals = (facts: readonly LoggedFact[]): PastInterval[] => {
    const fold = new PastFold();
    const track = new IntervalTrack();
    const over: (PastInterval | undefined)[] = [];
    for (const fact of facts) {
      for (const turn of fold.apply(fact)) if ('siteId' in turn.of && turn.of.groupId === null) over.push(track.turn(turn));
    }
    return [...over.filter((interval) => interval !== undefined), ...track.rest()];
  };
  const told = (facts: readonly LoggedFact[]) =>
    intervals(facts).map(({ status, from, to, cause }) => `${status} ${from - at('12:00:00')}-${to === null ? '' : to - at('12:00:00')} ${cause.eventId}`);
  const tenant = [tenantAdded(), siteAdded(), agentAdded('A'), agentAdded('B')];

  it('shows the gap that nobody saw: the lease was over before the next one came', () => {
    const facts = log(...tenant, signedIn('A'), switchedTo('A', 'online'), signedIn('B'), switchedTo('B', 'online'), expired('A-desktop', at('12:00:06')));
    expect(told(inEffectOrder(facts))).toEqual(['offline 1000-5000 e2', 'online 5000-6000 e6', 'offline 6000-7000 e9', 'online 7000- e8']);
    expect(told(facts)).toEqual(['offline 1000-5000 e2', 'online 5000- e6']);
  });

  it('what ended at the instant it began was not', () => {
    const now = at('12:01:00');
    const facts = log(...tenant, signedIn('A'), { ...switchedTo('A', 'busy'), effectiveAt: now, recordedAt: now }, {
      ...switchedTo('A', 'offline', { from: 'busy', statusVersion: 2 }), effectiveAt: now, recordedAt: now,
    });
    expect(told(inEffectOrder(facts))).toEqual(['offline 1000- e2']);
  });

  it('knows what is due although the log has it not yet', () => {
    const until = new Date(at('12:30:00')).toISOString();
    const fold = new PastFold();
    for (const fact of log(...tenant, signedIn('A'), switchedTo('A', 'busy', { until, restores: 'offline' }))) fold.apply(fact);
    expect(overdueFacts(fold.boxes, at('12:29:59.999'))).toEqual([]);
    const data = { agentId: 'A', from: 'busy', to: 'offline', statusVersion: 2 };
    expect(overdueFacts(fold.boxes, at('12:30:00'))).toEqual([{ type: 'StatusTimerEnded', data, effectiveAt: at('12:30:00') }]);
  });
});
