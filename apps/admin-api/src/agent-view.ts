import type { AgentView } from '#contract';
import type { AgentRow } from '#directory';

/** An agent as the admin API shows one (contract, POST agents). */
export function agentView({ id, email, name, active, groupIds, role, statusOnLogin }: AgentRow): AgentView {
  return { id, email, name, active, groupIds, role, statusOnLogin };
}
