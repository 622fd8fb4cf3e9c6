import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPools, type Pools } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import { type AgentIntervalRow, writeProjection } from './write-projection.js';

const PARTITION = 3;
const AGENTS = Array.from({ length: 10 }, (_, n) => `agent-${n}`);
const EVENTS = 100;

/** A range in which every agent turns the switch ten times. */
function range(from: number): Parameters<typeof writeProjection>[1] {
  const intervals = Array.from({ length: EVENTS }, (_, n): AgentIntervalRow => {
    const position = from + n + 1;
    const cause = { eventId: `e${position}`, type: 'StatusChanged', actor: { kind: 'system' as const, id: 'spec' } };
    const next = n + AGENTS.length < EVENTS ? position + AGENTS.length : null;
    return { tenantId: 't', agentId: AGENTS[n % AGENTS.length] ?? '', position, status: n % 2 ? 'busy' : 'online', from: position, to: next, cause };
  });
  return { partition: PARTITION, from, to: from + EVENTS, tenants: [], agents: [], groups: [], sites: [], boxes: [], intervals, shown: [] };
}

describe('Writing a projection', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let admin: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl, { max: 1 }); // one connection: its plans were made while the tables were empty
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });

  afterAll(async () => {
    await admin.end();
    await pools.close();
    await database.drop();
  });

  /** Rows of agents' intervals that statements have looked at so far. */
  const lookedAt = async (): Promise<number> => {
    await pools.engine.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await admin.query<{ n: string }>(
      `SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS n FROM pg_stat_user_tables WHERE relname = 'agent_interval'`,
    );
    return Number(rows[0]?.n);
  };

  it('costs the same however much was written before', async () => {
    for (let round = 0; round < 29; round += 1) await writeProjection(pools.engine, range(round * EVENTS));
    const before = await lookedAt();

    await writeProjection(pools.engine, range(29 * EVENTS));

    expect((await lookedAt()) - before).toBeLessThan(5 * AGENTS.length);
  });

  it('leaves one open interval per agent, and no gap before it', async () => {
    const { rows } = await admin.query<{ open: string; gaps: string }>(
      `SELECT count(*) FILTER (WHERE to_at IS NULL) AS open, count(*) FILTER (WHERE to_at <> next_from) AS gaps
       FROM (SELECT to_at, lead(from_at) OVER (PARTITION BY agent_id ORDER BY position) AS next_from FROM read.agent_interval) i`,
    );
    expect(rows).toEqual([{ open: String(AGENTS.length), gaps: '0' }]);
  });
});
