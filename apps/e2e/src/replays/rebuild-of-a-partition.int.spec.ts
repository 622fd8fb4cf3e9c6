import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { PartitionProjector } from '#apps/projector/src/box-status/project-partition';
import { PartitionReplay } from '#apps/projector/src/replay/partition-replay';
import { shownEventId } from '#apps/projector/src/shown-event-id';
import { createPools, type Pools, transaction } from '#database';
import { PostgresEventStore } from '#event-store';
import { readCheckpoint, readTenantBoxes } from '#read-model';
import { writeProjection } from '#read-model/write';
import { agentAdded, type BoxFact, type FreshDatabase, freshDatabase, signedIn, siteAdded, switchedTo, tenantAdded } from '#testing';

const TABLES = ['tenant', 'agent', 'tenant_group', 'site', 'box', 'agent_interval'];

describe('A rebuild of a partition', () => {
  let database: FreshDatabase;
  let pools: Pools;
  let store: PostgresEventStore;

  beforeAll(async () => {
    database = await freshDatabase();
    pools = createPools(database.serviceUrl);
    store = new PostgresEventStore(pools);
  });

  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  it('of rows that are all gone takes as many statements for forty agents as for three, and makes what was there', async () => {
    const [few, many] = [await furnished(1, { tenants: 2, agents: 3, turns: 4 }), await furnished(2, { tenants: 2, agents: 40, turns: 4 })];
    expect(few.rows.length).toBeLessThan(many.rows.length);
    for (const { partition, rows } of [few, many]) {
      await removed(partition);
      expect(await rowsOf(partition)).toEqual([]);
      expect((await rebuilt(partition)).findings.drift).toBe(rows.length);
      expect(await rowsOf(partition)).toEqual(rows);
    }
    await removed(1);
    await removed(2);
    expect(await statementsOf(() => rebuilt(2))).toBe(await statementsOf(() => rebuilt(1)));
  });

  it('writes the intervals that differ, whoever’s they are, and leaves every other row as it lies', async () => {
    const { partition, rows } = await furnished(3, { tenants: 2, agents: 5, turns: 6 });
    const [one, other] = tenantsOf(partition, 2);
    const placesOf = async (): Promise<Map<string, string>> => {
      const { rows: places } = await pools.engine.query<{ name: string; place: string }>(
        `SELECT concat_ws(' ', tenant_id, agent_id, position) AS name, ctid::text AS place FROM read.agent_interval WHERE tenant_id = ANY ($1)`,
        [[one, other]],
      );
      return new Map(places.map(({ name, place }) => [name, place]));
    };
    const before = await placesOf();
    const falsify = async (text: string, tenantId = one): Promise<void> => {
      expect((await pools.engine.query(`${text} RETURNING 1`, [tenantId, `agent-1-of-${tenantId}`])).rowCount).toBe(1);
    };
    const last = '(SELECT max(position) FROM read.agent_interval WHERE tenant_id = $1 AND agent_id = $2)';
    await falsify(`UPDATE read.agent_interval SET reason = 'made up' WHERE tenant_id = $1 AND agent_id = $2 AND position = ${last}`);
    await falsify(`DELETE FROM read.agent_interval WHERE tenant_id = $1 AND agent_id = $2 AND position = ${last}`, other);
    await falsify(
      `INSERT INTO read.agent_interval SELECT tenant_id, agent_id, position + 1000000, status, from_at, to_at, cause_event_id, cause_type, actor, reason
       FROM read.agent_interval WHERE tenant_id = $1 AND agent_id = $2 AND position = ${last}`,
    );

    const { findings } = await rebuilt(partition);
    expect(findings.kept.map(({ table, kind, tenantId }) => `${table} ${kind} ${tenantId}`).sort()).toEqual(
      [`agent_interval differs ${one}`, `agent_interval extra ${one}`, `agent_interval missing ${other}`].sort(),
    );
    expect(await rowsOf(partition)).toEqual(rows);
    const after = await placesOf();
    expect([...before].filter(([name, place]) => after.get(name) !== place)).toHaveLength(2);
  });

  it('of more intervals than are looked at together makes all of them', async () => {
    const { partition, rows } = await furnished(4, { tenants: 1, agents: 3, turns: 3_400 });
    await removed(partition);
    expect((await rebuilt(partition)).findings.drift).toBe(rows.length);
    expect(await rowsOf(partition)).toEqual(rows);
  });

  function tenantsOf(partition: number, count: number): string[] {
    return Array.from({ length: count }, (_, n) => `tenant-${n}-in-${partition}`);
  }

  /** Tenants with a site, and agents who turn their switch, folded by the projector. */
  async function furnished(
    partition: number,
    size: { readonly tenants: number; readonly agents: number; readonly turns: number },
  ): Promise<{ partition: number; rows: unknown[] }> {
    const turns = Array.from({ length: size.turns }, (_, n) => (n % 2 === 0 ? ('online' as const) : ('busy' as const)));
    for (const tenantId of tenantsOf(partition, size.tenants)) {
      await told({ partition, tenantId, streamId: 'tenant' }, [tenantAdded('pro', tenantId)]);
      await told({ partition, tenantId, streamId: 'site' }, [siteAdded(`site-of-${tenantId}`)]);
      for (let n = 0; n < size.agents; n += 1) {
        const agentId = `agent-${n}-of-${tenantId}`;
        const switched = turns.map((to, i) => switchedTo(agentId, to, { from: turns[i - 1] ?? 'offline', statusVersion: i + 1 }));
        await told({ partition, tenantId, streamId: `agent-${agentId}` }, [agentAdded(agentId), signedIn(agentId), ...switched]);
      }
    }
    await new PartitionProjector(partition, {
      readEvents: (...range) => store.readPartition(...range),
      readCheckpoint: (p) => readCheckpoint(pools.engine, p),
      readTenant: (tenantId) => readTenantBoxes(pools.engine, tenantId),
      write: (projection) => writeProjection(pools.engine, projection),
      announce: () => undefined,
      newEventId: shownEventId,
    }).catchUp();
    return { partition, rows: await rowsOf(partition) };
  }

  async function told(stream: { readonly partition: number; readonly tenantId: string; readonly streamId: string }, events: readonly BoxFact[]): Promise<void> {
    const commandId = store.newId();
    const { kind } = await store.append({
      ...{ stream, events, expectedVersion: 0, decidedAt: Date.UTC(2026, 10, 22), state: {}, stateVersion: 1, commandId, correlationId: commandId },
      actor: { kind: 'agent', id: 'spec' },
    });
    expect(kind).toBe('appended');
  }

  /** All that a rebuild may write of the partition's tenants. */
  async function rowsOf(partition: number): Promise<unknown[]> {
    const all: unknown[] = [];
    for (const table of TABLES) {
      const text = `SELECT '${table}' AS table, t.* FROM read.${table} AS t WHERE tenant_id LIKE $1 ORDER BY 2, 3, 4`;
      all.push(...(await pools.engine.query(text, [`%-in-${partition}`])).rows);
    }
    return all;
  }

  async function removed(partition: number): Promise<void> {
    for (const table of TABLES) await pools.engine.query(`DELETE FROM read.${table} WHERE tenant_id LIKE $1`, [`%-in-${partition}`]);
  }

  async function rebuilt(partition: number): Promise<PartitionReplay> {
    const replay = new PartitionReplay({ pools, pace: () => Promise.resolve() }, partition, null);
    await replay.rebuild((work) => transaction(pools.engine, work));
    return replay;
  }

  /** How many statements the engine's connections were sent meanwhile. */
  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    let asked = 0;
    const own = createPools(database.serviceUrl, { max: 1 });
    const others = pools;
    own.engine.on('connect', (client: PoolClient) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      Object.assign(client, {
        query: (...args: unknown[]) => {
          asked += 1;
          return query(...args);
        },
      });
    });
    pools = own;
    try {
      await work();
      return asked;
    } finally {
      pools = others;
      await own.close();
    }
  }
});
