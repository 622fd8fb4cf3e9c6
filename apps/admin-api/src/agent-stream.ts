import type { TenantRow } from '#directory';
import { type Agent, type AgentEvent, agentFold } from '#domain/agent-presence/index';
import type { EventStore, StreamFold } from '#event-store';

const fold: StreamFold<Agent, AgentEvent> = agentFold;

/** An agent as the next command would see it: one row, never behind a commit. `standing: 'unknown'` if there is none. */
export async function loadAgent(store: EventStore, tenant: Pick<TenantRow, 'id' | 'partition'>, agentId: string): Promise<Agent> {
  const { state } = await store.load({ tenantId: tenant.id, partition: tenant.partition, streamId: `agent-${agentId}` }, fold);
  return state;
}
