import type { ChangeAgentBody } from '#contract';
import { type Agent, type AgentEvent, changeRole, chooseStatusOnLogin, setActive } from '#domain/agent-presence/index';

/** What a PATCH makes of an agent. The name is no fact of the log: people's words stay in the directory. */
export function changesOf({ active, role, statusOnLogin }: ChangeAgentBody, agent: Agent): AgentEvent[] {
  return [
    ...(role === undefined ? [] : changeRole({ role }, agent)),
    ...(statusOnLogin === undefined ? [] : chooseStatusOnLogin({ statusOnLogin }, agent)),
    ...(active === undefined ? [] : setActive({ active }, agent)),
  ];
}
