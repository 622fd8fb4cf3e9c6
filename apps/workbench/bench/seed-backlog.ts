import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { asAdministrator } from './seed-sessions.js';
import type { SeededSession } from './seed-sessions.js';
import type { House } from './house.js';

/**
 * Adds events to the log as if every agent had turned the switch so many times more, agents in turns, spread evenly over the time since the
 * last event: the rows as store.append would have written them, by one statement for each partition. The streams' states are left to be folded
 * anew. Each partition commits for itself, so that a projector that runs folds it while the next one is written.
 * Gives how many events it added.
 * @param turns an even number, so that everybody ends as they began
 */
export async function seedBacklog(house: House, agents: readonly SeededSession[], turns: number, statusVersion: number): Promise<number> {
  const partitions = new Set(agents.map(({ partition }) => partition));
  return asAdministrator(house, async (admin) => {
    let events = 0;
    for (const partition of partitions) {
      const own = agents.filter((agent) => agent.partition === partition);
      events += await seedPartition(admin, partition, own, turns, statusVersion);
    }
    return events;
  });
}

async function seedPartition(admin: pg.Client, partition: number, agents: readonly SeededSession[], turns: number, statusVersion: number): Promise<number> {
  const whose = [partition, agents.map(({ tenantId }) => tenantId), agents.map(({ agentId }) => agentId)];
  await admin.query(`BEGIN; SET LOCAL work_mem = '64MB'`); // some hundred thousand events are sorted in memory
  const { rowCount } = await admin.query(
    `INSERT INTO store.event (partition, pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id,
       correlation_id, actor_kind, actor_id, effective_at, recorded_at, data)
     SELECT $1, head.pos + told.nth, w.tenant_id, 'agent-' || w.agent_id, h.version + turn,
       'StatusChanged', 1, gen_random_uuid(), $4, NULL, $4, 'agent', w.agent_id, told.at, told.at,
       jsonb_build_object('agentId', w.agent_id, 'from', CASE turn % 2 WHEN 1 THEN 'online' ELSE 'busy' END,
         'to', CASE turn % 2 WHEN 1 THEN 'busy' ELSE 'online' END, 'statusVersion', $5::int + turn, 'cause', 'agent')
     FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (tenant_id, agent_id, rank)
     JOIN store.partition_head head ON head.partition = $1
     JOIN store.stream_head h ON h.partition = $1 AND h.tenant_id = w.tenant_id AND h.stream_id = 'agent-' || w.agent_id,
     generate_series(1, $6::int) AS turn,
     LATERAL (SELECT nth, date_trunc('milliseconds', head.recorded_at + (now() - head.recorded_at) * (nth::float8 / ($6 * $7::int))) AS at
       FROM (SELECT (turn - 1) * $7 + w.rank AS nth) AS counted) AS told
     ORDER BY told.nth`,
    [...whose, randomUUID(), statusVersion, turns, agents.length],
  );
  await admin.query(
    `UPDATE store.stream_head h SET version = h.version + $4, state_version = 0 FROM unnest($2::text[], $3::text[]) AS w (tenant_id, agent_id)
     WHERE h.partition = $1 AND h.tenant_id = w.tenant_id AND h.stream_id = 'agent-' || w.agent_id`,
    [...whose, turns],
  );
  await admin.query(
    `UPDATE store.partition_head SET pos = pos + $2, recorded_at = greatest(recorded_at, now()) WHERE partition = $1`,
    [partition, turns * agents.length],
  );
  await admin.query('COMMIT');
  return rowCount ?? 0;
}
