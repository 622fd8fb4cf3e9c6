import type { Instant } from './rows.js';
import type { Sql } from './sql.js';

/** Since when each agent's effective status is what it is, by effectiveAt; agents without an interval yet are missing. */
export async function readEffectiveSince(sql: Sql, tenantId: string, agentIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
  const { rows } = await sql.query<{ id: string; from: Date }>({ name: 'read-effective-since', text: READ, values: [tenantId, agentIds] });
  return new Map(rows.map(({ id, from }) => [id, Number(from)]));
}

/** The last interval of each, by one step into the key: a tenant's history may be long. */
const READ = `
  SELECT agent.id, last.from_at AS "from"
  FROM unnest($2::text[]) AS agent(id),
    LATERAL (SELECT from_at FROM read.agent_interval WHERE tenant_id = $1 AND agent_id = agent.id ORDER BY position DESC LIMIT 1) AS last`;
