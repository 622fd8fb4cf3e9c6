import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addGroup } from '#directory';
import { expectProblem, World } from '../agent-api-world.fixture.js';
import { shopOf } from '../shop.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const preview = (session: { accessToken: string }, body: unknown) =>
  world.call('POST', '/agent/v1/status/preview', { token: session.accessToken, body });

describe('the preview of a click', () => {
  it('tells by name which boxes would change, and changes nothing', async () => {
    const anna = await world.person({ groupIds: [] });
    await addGroup(world.pools.engine, anna.tenantId, { id: 'EN', name: 'English' });
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    await shopOf(world, anna);
    const before = await world.stored();
    expect(await preview(session, { status: 'busy' })).toMatchObject({
      status: 200,
      body: {
        changes: [
          { scope: 'site', id: 'shop', name: 'Our shop', from: 'online', to: 'busy' },
          { scope: 'group', id: 'DE', name: 'German', from: 'online', to: 'busy' },
        ],
      },
    });
    expect((await preview(session, { status: 'online' })).body).toEqual({ changes: [] });
    expect(await world.stored()).toEqual(before);
  });

  it.each<[unknown, string]>([
    [{}, '/status'],
    [{ status: 'away' }, '/status'],
    [{ status: 'online', agentId: 'x' }, '/agentId'],
    [undefined, ''],
  ])('refuses %j', async (body, pointer) => {
    expectProblem(await preview(await world.signIn(await world.person()), body), 422, 'invalid-body', pointer);
  });

  it('of a session that has ended is 410', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.deactivate(anna);
    expectProblem(await preview(session, { status: 'online' }), 410, 'session-expired');
  });
});
