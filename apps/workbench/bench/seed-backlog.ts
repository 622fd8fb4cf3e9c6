import { randomUUID } from 'node:crypto';
import { asAdministrator } from './seed-sessions.js';
import type { SeededSession } from './seed-sessions.js';
import type { House } from './house.js';

/**
 * Adds events to the log as if every agent had turned the switch so many times more, agents in turns, spread evenly over the time since the
 * last event: the rows as store.append would have written them, by one statement for speed. The streams' states are left to be folded anew.
 * Gives how many events it added.
 * @param turns an even number, so that everybody ends as they began
 */
export async function seedBacklog(house: House, agents: readonly SeededSession[], turns: number, statusVersion: number): Promise<number> {
  return asAdministrator(house, async (admin) => {
    await admin.query('BEGIN');
    await admin.query('CREATE TEMP TABLE switched (partition int, tenant_id text, agent_id text, session_id text, rank int, per_partition int) ON COMMIT DROP');
    await admin.query(
      `INSERT INTO switched SELECT p, t, a, s, row_number() OVER (PARTITION BY p ORDER BY t, a) - 1, count(*) OVER (PARTITION BY p)
       FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS given (p, t, a, s)`,
      [agents.map((a) => a.partition), agents.map((a) => a.tenantId), agents.map((a) => a.agentId), agents.map((a) => a.sessionId)],
    );
    const { rowCount } = await admin.query(
      `INSERT INTO store.event (partition, pos, tenant_id, stream_id, version, type, schema_version, event_id, command_id, causation_id,
         correlation_id, actor_kind, actor_id, effective_at, recorded_at, data)
       SELECT w.partition, head.pos + (turn - 1) * w.per_partition + w.rank + 1, w.tenant_id, 'agent-' || w.agent_id, h.version + turn,
         'StatusChanged', 1, gen_random_uuid(), $1, NULL, $1, 'agent', w.agent_id, told.at, told.at,
         jsonb_build_object('agentId', w.agent_id, 'from', CASE turn % 2 WHEN 1 THEN 'online' ELSE 'busy' END,
           'to', CASE turn % 2 WHEN 1 THEN 'busy' ELSE 'online' END, 'statusVersion', $2::int + turn, 'cause', 'agent')
       FROM switched w
       JOIN store.partition_head head USING (partition)
       JOIN store.stream_head h ON h.partition = w.partition AND h.tenant_id = w.tenant_id AND h.stream_id = 'agent-' || w.agent_id,
       generate_series(1, $3::int) AS turn,
       LATERAL (SELECT date_trunc('milliseconds', head.recorded_at + (now() - head.recorded_at)
         * (((turn - 1) * w.per_partition + w.rank + 1)::float8 / ($3 * w.per_partition))) AS at) AS told
       ORDER BY w.partition, turn, w.rank`,
      [randomUUID(), statusVersion, turns],
    );
    await admin.query(
      `UPDATE store.stream_head h SET version = h.version + $1, state_version = 0 FROM switched w
       WHERE h.partition = w.partition AND h.tenant_id = w.tenant_id AND h.stream_id = 'agent-' || w.agent_id`,
      [turns],
    );
    await admin.query(
      `UPDATE store.partition_head head SET pos = head.pos + s.n * $1, recorded_at = greatest(head.recorded_at, now())
       FROM (SELECT partition, count(*) AS n FROM switched GROUP BY 1) s WHERE s.partition = head.partition`,
      [turns],
    );
    await admin.query('COMMIT');
    return rowCount ?? 0;
  });
}
