import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedSession } from '#contract';
import { ensureServiceLogin, migrate } from '#migrations';
import { readOpenLeases } from '#leases';
import { eventually, type OwnServer, startPostgres } from '#testing';
import { AgentBells } from './agent-bells.js';
import { expectProblem, type Person, World } from './agent-api-world.fixture.js';

/** A whole stop and start of Postgres lies in between. ms */
const PATIENT = 60_000;

describe('Postgres is away', () => {
  let postgres: OwnServer;
  let world: World;
  let anna: Person;
  let session: OpenedSession;

  beforeAll(async () => {
    postgres = await startPostgres();
    await migrate(postgres.url);
    const databaseUrl = await ensureServiceLogin(postgres.url, { user: 'ampel', password: 'insecure' });
    world = await World.start({ settings: { databaseUrl } });
    anna = await world.person();
    let bells = 0;
    world.service.app.get(AgentBells).onAgent((agentId) => (bells += agentId === anna.agentId ? 1 : 0));
    session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    // After a bell the next beat asks the row: this process must know the session well before Postgres goes away.
    await eventually(() => expect(bells).toBe(2));
    await world.beat(session);
  }, PATIENT);

  afterAll(async () => {
    await world.stop();
    await postgres.discard();
  }, PATIENT);

  it(
    'commands answer 503 with Retry-After within 5 s and nothing is half done; beats go on; afterwards all is as it was',
    async () => {
      const before = await world.stored();
      const seen = (await readOpenLeases(world.pools.engine, { tenantId: anna.tenantId, agentIds: [anna.agentId] }))[0]?.lastSeenAt ?? 0;
      await postgres.stop();

      const began = performance.now();
      const answers = await Promise.all([
        world.putStatus(session, { status: 'busy' }, { 'idempotency-key': 'later' }),
        world.signInAnswer(anna),
        world.call('GET', '/agent/v1/status', { token: session.accessToken }),
        world.call('DELETE', '/agent/v1/session', { token: session.accessToken }),
        world.call('POST', '/agent/v1/tokens', { body: { refreshToken: session.refreshToken } }),
        world.call('POST', '/agent/v1/status/preview', { token: session.accessToken, body: { status: 'busy' } }),
        world.call('GET', '/agent/v1/stream', { token: session.accessToken }),
      ]);
      for (const answer of answers) {
        expectProblem(answer, 503, 'store-unavailable');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect(performance.now() - began).toBeLessThan(5000);

      const ready = await world.call('GET', '/readyz');
      expect(ready).toMatchObject({ status: 503, body: { reasons: [{ role: 'agent-api', name: 'postgres' }] } });
      expect((await world.call('GET', '/healthz')).status).toBe(200);
      expect((await world.beat(session)).status).toBe(204);

      await postgres.restart();
      const again = await eventually(
        async () => {
          const answer = await world.putStatus(session, { status: 'busy' }, { 'idempotency-key': 'later' });
          return answer.status === 200 && answer;
        },
        { within: 15_000 },
      );
      expect(again.body).toMatchObject({ status: 'busy', version: 2 });
      const after = (await world.stored()) as { events: number; commands: number };
      expect(after).toEqual({ ...(before as object), events: (before as { events: number }).events + 1, commands: expect.any(Number) });
      await eventually(async () => {
        const [lease] = await readOpenLeases(world.pools.engine, { tenantId: anna.tenantId, agentIds: [anna.agentId] });
        return (lease?.lastSeenAt ?? 0) > seen;
      });
      await eventually(async () => (await world.call('GET', '/readyz')).status === 200);
    },
    PATIENT,
  );
});
