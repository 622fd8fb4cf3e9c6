// Arbitrary logs of a tenant, for the properties of its past. It holds no spec itself.
import fc from 'fast-check';
import { type BoxFact, BoxStory } from '#testing';
import { live, wishes } from '../box-status/any-history.fixture.js';
import type { LoggedFact } from './effect-order.js';

/** When the first fact was recorded. */
export const START = 1_000_000;

/** How a fact gets into the log: ms after the one before, ms after it was decided, and how long ago a lease had ended. */
const times = fc.array(fc.record({ pause: fc.nat({ max: 6 }), decided: fc.nat({ max: 2 }), late: fc.nat({ max: 25 }) }), { minLength: 20, maxLength: 20 });

type Times = typeof times extends fc.Arbitrary<infer T> ? T : never;

/** The log of a tenant's life: some sessions end by their lease, which is found out later; clocks may run back a little. */
function logOf(facts: readonly BoxFact[], ways: Times): LoggedFact[] {
  let recordedAt = START;
  const signedIn = new Set<string>(); // only a session that began has a lease to end
  return facts.map((told, i): LoggedFact => {
    const { pause, decided, late } = ways[i % ways.length] as Times[number];
    recordedAt += pause;
    const { agentId, siteId, groupId, sessionId } = told.data as { agentId?: string; siteId?: string; groupId?: string; sessionId?: string };
    if (told.type === 'AgentLoggedIn') signedIn.add(`${agentId} ${sessionId}`);
    const lapse = told.type === 'SessionEnded' && told.data.cause === 'too-many-sessions' && signedIn.has(`${agentId} ${sessionId}`);
    const fact = lapse ? { type: 'HeartbeatExpired', data: { agentId, sessionId, lastSeenAt: new Date(START).toISOString() } } : told;
    const streamId = agentId ?? siteId ?? groupId ?? 'tenant';
    const place = { position: i + 1, eventId: `e${i + 1}`, streamId, recordedAt, effectiveAt: recordedAt - (lapse ? late : decided) };
    return { ...fact, ...place, actor: { kind: 'system', id: 'spec' } } as LoggedFact;
  });
}

/** Any log, and the story that its facts were told to in the order of the log. */
export const anyLog = fc.record({ wished: wishes, ways: times }).map(({ wished, ways }) => {
  const story = new BoxStory();
  return { story, log: logOf(live(story, wished, (fact) => story.tell(fact)), ways) };
});
