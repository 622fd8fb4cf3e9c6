import type { ChangeAgentBody } from '#contract';
import { type Agent, type AgentEvent, chooseStatusOnLogin, setActive } from '#domain/agent-presence/index';

/** What a PATCH makes of an agent. The name is no fact of the log: people's words stay in the directory. */
export function changesOf({ active, statusOnLogin }: ChangeAgentBody, agent: Agent): AgentEvent[] {
  return [
    ...(statusOnLogin === undefined ? [] : chooseStatusOnLogin({ statusOnLogin }, agent)),
    ...(active === undefined ? [] : setActive({ active }, agent)),
  ];
}
