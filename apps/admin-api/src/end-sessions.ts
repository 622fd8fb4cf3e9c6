import type { PoolClient } from 'pg';
import { revokeSessionTokens } from '#directory';
import type { AgentEvent } from '#domain/agent-presence/index';
import { endLeases } from '#leases';

/** What the events end, ends everywhere: no beat of these sessions counts from the commit on, and no token of theirs is refreshed. */
export async function endSessions(sql: PoolClient, tenantId: string, events: readonly AgentEvent[], at: number): Promise<void> {
  const sessionIds = events.flatMap((event) => (event.type === 'SessionEnded' ? [event.data.sessionId] : []));
  await endLeases(sql, { tenantId, sessionIds, at });
  await revokeSessionTokens(sql, tenantId, sessionIds);
}
