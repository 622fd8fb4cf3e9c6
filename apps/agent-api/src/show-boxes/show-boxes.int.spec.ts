import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addGroup } from '#directory';
import type { OwnBoxes } from '#contract';
import { expectProblem, World } from '../agent-api-world.fixture.js';
import { shopOf } from '../shop.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const boxesOf = (session: { accessToken: string }) => world.call<OwnBoxes>('GET', '/agent/v1/boxes', { token: session.accessToken });

describe('what visitors see now', () => {
  it('is told by name for each site and group, with the rule that decided and how many count', async () => {
    const anna = await world.person({ groupIds: [] });
    await addGroup(world.pools.engine, anna.tenantId, { id: 'EN', name: 'English' });
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    await shopOf(world, anna);
    const { status, body } = await boxesOf(session);
    expect(status).toBe(200);
    const shown = { status: 'online', since: expect.any(String), next: null, mine: true, why: { rule: 'agents' } };
    const counted = { you: 'online', othersOnline: 0, othersBusy: 0 };
    const site = { id: 'shop', key: `key-${anna.tenantId}`, name: 'Our shop', timeZone: 'UTC' };
    expect(body).toEqual({
      boxes: [
        { site, group: null, ...shown, counted },
        { site, group: { id: 'DE', name: 'German' }, ...shown, counted },
      ],
      knownAt: expect.any(String),
    });
  });

  it('is not sent again while nothing changes', async () => {
    const session = await world.signIn(await world.person());
    const first = await boxesOf(session);
    const headers = { 'if-none-match': String(first.headers.get('etag')) };
    expect((await world.call('GET', '/agent/v1/boxes', { token: session.accessToken, headers })).status).toBe(304);
  });

  it('is told to open sessions only', async () => {
    expectProblem(await world.call('GET', '/agent/v1/boxes'), 401, 'unauthenticated');
    const session = await world.signIn(await world.person());
    await world.call('DELETE', '/agent/v1/session', { token: session.accessToken });
    expectProblem(await boxesOf(session), 401, 'signed-out');
  });
});
