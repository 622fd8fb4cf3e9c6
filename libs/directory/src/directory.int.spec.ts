import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPools, type Pools, transaction, withTenant } from '#database';
import { type FreshDatabase, freshDatabase } from '#testing';
import {
  addAgent,
  addApiKey,
  addGroup,
  addMemberships,
  addTenant,
  changeTenant,
  findAgent,
  findAgentsOnlyInGroup,
  findCredentials,
  findLiveApiKey,
  findTenant,
  findTenantBySlug,
  hashPassword,
  hashSecret,
  listAgents,
  lockGroupForRemoval,
  lockGroupsForAssignment,
  newSecret,
  removeAgent,
  removeGroup,
  removeMembershipsExcept,
  removeMembershipsOfGroup,
  removeEverythingOf,
  revokeApiKey,
  secretMatches,
  type Sql,
  verifyPassword,
} from './index.js';

let database: FreshDatabase;
let pools: Pools;

beforeAll(async () => {
  database = await freshDatabase();
  pools = createPools(database.serviceUrl);
  for (const id of ['t1', 't2']) {
    await addTenant(pools.engine, { id, slug: id, name: id, partition: 3, plan: 'pro', leaseSeconds: 120 });
  }
});

afterAll(async () => {
  await pools.close();
  await database.drop();
});

const agent = (id: string, email: string) => ({ id, email, name: id, role: 'agent' as const, passwordHash: null });

describe('tenants', () => {
  it('a slug belongs to one tenant, and is free again once that one is removed', async () => {
    const row = { slug: 'acme', name: 'Acme', partition: 7, plan: 'pro' as const, leaseSeconds: 120 };
    expect(await addTenant(pools.engine, { id: 'acme-1', ...row })).toBe(true);
    expect(await addTenant(pools.engine, { id: 'acme-2', ...row })).toBe(false);
    expect(await findTenantBySlug(pools.engine, 'acme')).toEqual({
      id: 'acme-1',
      ...row,
      ...{ mobileHours: 8, conversationHoldMinutes: 120, messageRetentionDays: 90, entitlements: null, removed: false },
    });
    await removeEverythingOf(pools.engine, 'acme-1');
    expect(await findTenantBySlug(pools.engine, 'acme')).toBeNull();
    expect(await findTenant(pools.engine, 'acme-1')).toMatchObject({ removed: true });
    expect(await addTenant(pools.engine, { id: 'acme-2', ...row })).toBe(true);
  });

  it('a change leaves alone what it does not name', async () => {
    await changeTenant(pools.engine, 't2', { leaseSeconds: 60 });
    expect(await findTenant(pools.engine, 't2')).toMatchObject({ name: 't2', plan: 'pro', leaseSeconds: 60 });
  });
});

describe('agents', () => {
  it('an address is unique in its tenant whatever its case, and free in another (case 30)', async () => {
    expect(await addAgent(pools.engine, 't1', agent('a1', 'Anna@Example.com '))).toBe(true);
    expect(await addAgent(pools.engine, 't1', agent('a2', 'anna@example.COM'))).toBe(false);
    expect(await addAgent(pools.engine, 't2', agent('a1', 'anna@example.com'))).toBe(true);
    expect(await findCredentials(pools.engine, 't1', 'ANNA@example.com')).toEqual({ agentId: 'a1', role: 'agent', passwordHash: null });
  });

  it('two at the same moment: one gets the address', async () => {
    const add = (id: string) => transaction(pools.engine, (sql) => addAgent(sql, 't1', agent(id, 'b@example.com')));
    const both = await Promise.all(['b1', 'b2'].map(add));
    expect(both.sort()).toEqual([false, true]);
  });

  it('a removed agent frees the address and forgets the password', async () => {
    await addAgent(pools.engine, 't1', { ...agent('c1', 'c@example.com'), passwordHash: await hashPassword('correct horse') });
    await removeAgent(pools.engine, 't1', 'c1');
    expect(await findCredentials(pools.engine, 't1', 'c@example.com')).toBeNull();
    expect(await findAgent(pools.engine, 't1', 'c1')).toMatchObject({ name: 'c1', removed: true });
    const { rows } = await pools.engine.query(`SELECT password_hash FROM directory.agent WHERE tenant_id = 't1' AND agent_id = 'c1'`);
    expect(rows).toEqual([{ password_hash: null }]);
    expect(await addAgent(pools.engine, 't1', agent('c2', 'c@example.com'))).toBe(true);
  });
});

describe('memberships', () => {
  const inGroups = (sql: Sql, agentId: string) => findAgent(sql, 't1', agentId).then((row) => row?.groupIds);

  beforeAll(async () => {
    for (const id of ['de', 'en']) await addGroup(pools.engine, 't1', { id, name: id });
    for (const id of ['m1', 'm2']) await addAgent(pools.engine, 't1', agent(id, `${id}@example.com`));
  });

  it('knows whose only group it is (behaviour D18)', async () => {
    await addMemberships(pools.engine, 't1', 'm1', ['de']);
    await addMemberships(pools.engine, 't1', 'm2', ['en', 'de']);
    expect(await findAgentsOnlyInGroup(pools.engine, 't1', 'de')).toEqual(['m1']);
    expect(await inGroups(pools.engine, 'm2')).toEqual(['de', 'en']);
    await removeMembershipsExcept(pools.engine, 't1', 'm2', ['en']);
    expect(await findAgentsOnlyInGroup(pools.engine, 't1', 'en')).toEqual(['m2']);
  });

  it('an agent is not put into a group that is being removed: the assignment waits and then finds it gone', async () => {
    await addGroup(pools.engine, 't1', { id: 'fr', name: 'fr' });
    let found: Promise<Set<string>> | undefined;
    await transaction(pools.engine, async (sql) => {
      expect(await lockGroupForRemoval(sql, 't1', 'fr')).toBe(true);
      found = transaction(pools.engine, (other) => lockGroupsForAssignment(other, 't1', ['de', 'fr']));
      await removeMembershipsOfGroup(sql, 't1', 'fr');
      await removeGroup(sql, 't1', 'fr');
    });
    expect(await found).toEqual(new Set(['de']));
  });
});

describe('secrets', () => {
  it('a key opens nothing once it is revoked, or its tenant removed', async () => {
    const secret = newSecret();
    await addTenant(pools.engine, { id: 't3', slug: 't3', name: 't3', partition: 9, plan: 'pro', leaseSeconds: 120 });
    for (const id of ['k1', 'k2']) await addApiKey(pools.engine, 't3', { id, name: id, role: 'owner', secretHash: hashSecret(secret) });
    const found = await findLiveApiKey(pools.engine, 't3', 'k1');
    expect(found).toMatchObject({ role: 'owner', partition: 9 });
    expect([secret, newSecret()].map((given) => secretMatches(given, found?.secretHash ?? Buffer.alloc(0)))).toEqual([true, false]);
    await revokeApiKey(pools.engine, 't3', 'k1');
    expect(await findLiveApiKey(pools.engine, 't3', 'k1')).toBeNull();
    await removeEverythingOf(pools.engine, 't3');
    expect(await findLiveApiKey(pools.engine, 't3', 'k2')).toBeNull();
  });

  it('a password is verified, and nobody has none', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$argon2id\$/);
    expect(await verifyPassword(hash, 'correct horse')).toBe(true);
    expect(await verifyPassword(hash, 'wrong horse')).toBe(false);
    expect(await verifyPassword(null, 'correct horse')).toBe(false);
  });
});

describe('row-level security', () => {
  it("a tenant's connection sees its own rows only, even if a statement asks for others", async () => {
    const seen = await withTenant(pools, 't2', async (sql) => ({
      own: (await listAgents(sql, 't2', { after: null, limit: 10 })).map((row) => row.id),
      foreign: await listAgents(sql, 't1', { after: null, limit: 10 }),
      tenant: await findTenant(sql, 't1'),
    }));
    expect(seen).toEqual({ own: ['a1'], foreign: [], tenant: null });
    await expect(withTenant(pools, 't2', (sql) => addGroup(sql, 't1', { id: 'x', name: 'x' }))).rejects.toMatchObject({ code: '42501' });
  });
});
