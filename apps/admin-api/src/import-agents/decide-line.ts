import type { AgentRow, WantedAgent } from '#directory';
import {
  addAgent,
  afterOverdue,
  type Agent,
  type AgentEvent,
  agentFold,
  assignGroups,
  changeRole,
  chooseStatusOnLogin,
  type Effective,
  setActive,
} from '#domain/agent-presence/index';
import { sameGroups } from './plan-line.js';

/** What happens to an agent who becomes what is wanted; each rule decides on what the one before has made. Overdue facts come first. */
export function eventsOf(wanted: WantedAgent, before: AgentRow | null, head: { readonly state: Agent; readonly now: number }): Effective<AgentEvent>[] {
  const { id: agentId, groupIds, role, statusOnLogin, active } = wanted;
  const rules: ((agent: Agent) => AgentEvent[])[] = [
    (agent) => (before ? [] : addAgent({ agentId, groupIds, role }, agent)),
    (agent) => (before && !sameGroups(groupIds, before.groupIds) ? assignGroups({ groupIds }, agent) : []),
    (agent) => changeRole({ role }, agent),
    (agent) => chooseStatusOnLogin({ statusOnLogin }, agent),
    (agent) => setActive({ active }, agent),
  ];
  const all = (agent: Agent, now: number): AgentEvent[] => {
    const events: AgentEvent[] = [];
    let state = agent;
    for (const rule of rules) {
      for (const event of rule(state)) {
        events.push(event);
        state = agentFold.evolve(state, { ...event, effectiveAt: now });
      }
    }
    return events;
  };
  return all(head.state, head.now).length === 0 ? [] : afterOverdue(all)(head.state, head.now);
}
