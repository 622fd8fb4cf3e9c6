import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endLeases, readOpenLeases } from '#leases';
import { eventually } from '#testing';
import { expectProblem, type Person, World } from '../agent-api-world.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const lastSeen = async ({ tenantId, agentId }: Person) =>
  (await readOpenLeases(world.pools.engine, { tenantId, agentIds: [agentId] })).at(-1)?.lastSeenAt ?? 0;

describe('a heartbeat', () => {
  it('is 204 without a body, and is in the lease within a second', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    const before = await lastSeen(anna);
    for (let i = 0; i < 3; i++) expect((await world.beat(session)).status).toBe(204);
    await eventually(async () => (await lastSeen(anna)) > before, { within: 15_000 });
  });

  it('may carry an empty or any JSON body', async () => {
    const { accessToken: token } = await world.signIn(await world.person());
    for (const raw of ['', '{}', 'null']) expect((await world.call('POST', '/agent/v1/heartbeat', { token, raw })).status).toBe(204);
  });

  it('makes no event', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    const before = await world.events(anna);
    await world.beat(session);
    expect(await world.events(anna)).toEqual(before);
  });

  it('of a session that this process has not seen is decided by its row at once', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    const other = await World.start({ settings: { databaseUrl: world.databaseUrl } });
    try {
      expect((await other.beat(session)).status).toBe(204);
      await endLeases(world.pools.engine, { tenantId: anna.tenantId, sessionIds: [session.sessionId], at: Date.now() });
      const third = await World.start({ settings: { databaseUrl: world.databaseUrl } });
      try {
        expectProblem(await third.beat(session), 410, 'session-expired');
      } finally {
        await third.stop();
      }
      await eventually(async () => (await other.beat(session)).status === 410, { within: 15_000 });
    } finally {
      await other.stop();
    }
  });

  it('of a signed-out session is 401 and does not lengthen its lease (D11)', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.call('DELETE', '/agent/v1/session', { token: session.accessToken });
    const before = await lastSeen(anna);
    expectProblem(await world.beat(session), 401, 'signed-out');
    expect(await lastSeen(anna)).toBe(before);
  });

  it('of a deactivated agent is 410', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.beat(session);
    await world.deactivate(anna);
    await eventually(async () => (await world.beat(session)).status === 410, { within: 15_000 });
  });

  it('without a token is 401', async () => {
    expectProblem(await world.call('POST', '/agent/v1/heartbeat'), 401, 'unauthenticated');
  });
});
