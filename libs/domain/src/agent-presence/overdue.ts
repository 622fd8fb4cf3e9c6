import { type Agent, agentFold, evolve } from './agent.js';
import type { AgentEvent } from './events.js';
import type { Instant } from './status.js';

/** Kind of the alarm that is set for the end of a status for a while. */
export const STATUS_TIMER = 'status-timer';

/** An event that may carry its own effectiveAt; without one it is true from the decision on. */
export type Effective<Event> = Event & { readonly effectiveAt?: Instant };

/** A session whose lease has run out: its last sign of life, and the deadline that applied. */
export interface Lapse {
  readonly sessionId: string;
  readonly lastSeenAt: Instant;
  readonly deadline: Instant;
}

/**
 * The lease of a session has run out (behaviour D9): `deadline` is when, and may be long past. Nothing happens if the session has ended
 * already. Whether the lease really ran out is decided where its row is locked; here is only what follows.
 */
export function expireSession({ sessionId, lastSeenAt, deadline }: Lapse, agent: Agent): Effective<AgentEvent>[] {
  if (!agent.sessions.some((s) => s.sessionId === sessionId)) return [];
  const data = { agentId: agent.agentId, sessionId, lastSeenAt: new Date(lastSeenAt).toISOString() };
  return [{ type: 'HeartbeatExpired', data, effectiveAt: deadline }];
}

/**
 * A status for a while is over (behaviour D15): the earlier intent comes back, with the nominal time, however late this is noticed.
 * `[]` if there is no timer or it is not due at `now`.
 */
export function endStatusTimer(agent: Agent, now: Instant): Effective<AgentEvent>[] {
  const { agentId, intent } = agent;
  if (!intent.timer || intent.timer.until > now) return [];
  const data = { agentId, from: intent.status, to: intent.timer.restores, statusVersion: intent.version + 1 };
  return [{ type: 'StatusTimerEnded', data, effectiveAt: intent.timer.until }];
}

/** For whoever ends leases (the timekeeper, its backstop, a command that finds one). */
export const leaseEnd = { fold: agentFold, decide: (agent: Agent, lapse: Lapse) => expireSession(lapse, agent) };

/** For whoever carries out alarms of the kind `STATUS_TIMER`. */
export const statusTimerEnd = { fold: agentFold, decide: endStatusTimer };

/**
 * Puts what is already due before a command's own events, in the same append, each with its own time (architecture 3, "overdue facts
 * first"): a command never builds on a state that had ended before it. A refusal stores nothing, but it tells the state of after them.
 */
export function afterOverdue(
  decide: (agent: Agent, now: Instant) => readonly Effective<AgentEvent>[],
): (agent: Agent, now: Instant) => Effective<AgentEvent>[] {
  return (agent, now) => {
    const overdue = endStatusTimer(agent, now);
    const caughtUp = overdue.reduce<Agent>((state, event) => evolve(state, { ...event, effectiveAt: event.effectiveAt ?? now }), agent);
    return [...overdue, ...decide(caughtUp, now)];
  };
}
