import type { AgentView } from '#contract';
import { findAgent, findGroupsPresentAt } from '#directory';
import type { Agent } from '#domain/agent-presence/index';
import type { Handled } from '#event-store';
import { notFound } from '#http-kit';
import { agentView } from './agent-view.js';
import type { TenantScope } from './tenant-scope.js';

/**
 * The agent as a command left it: a repeated one gives its first answer, whatever happened since, also to a removed agent. Groups that
 * were there at the command count, although the log of the agent still names those removed before. The name is today's, because
 * names are no facts of the log, unless `body` gives one.
 */
export function agentAfter(
  scope: TenantScope,
  tenantId: string,
  agentId: string,
  handled: Handled<Agent>,
  body: { readonly name?: string | undefined },
): Promise<AgentView> {
  const { standing, role, statusOnLogin, groupIds } = handled.state;
  const at = handled.repeated ? handled.recorded.recordedAt : (handled.recordedAt ?? handled.now);
  return scope.read(tenantId, async (sql) => {
    const row = await findAgent(sql, tenantId, agentId);
    if (!row) throw notFound();
    const present = await findGroupsPresentAt(sql, tenantId, groupIds, at);
    return agentView({
      ...row,
      name: body.name ?? row.name,
      active: standing === 'active',
      role,
      statusOnLogin,
      groupIds: groupIds.filter((id) => present.has(id)),
    });
  });
}
