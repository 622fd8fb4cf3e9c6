import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem, World } from '../agent-api-world.fixture.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

describe('reading the own status', () => {
  it('is right at once after a change, and costs 304 for who has it', async () => {
    const session = await world.signIn(await world.person());
    const { body: changed } = await world.putStatus(session, { status: 'busy' });
    const read = await world.getStatus(session);
    expect(read).toMatchObject({ status: 200, body: changed });
    const etag = read.headers.get('etag') ?? '';
    const again = await world.getStatus(session, { 'if-none-match': etag });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
    await world.putStatus(session, { status: 'online' });
    expect((await world.getStatus(session, { 'if-none-match': etag })).status).toBe(200);
  });

  it('of a session that has ended is 410', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.deactivate(anna);
    expectProblem(await world.getStatus(session), 410, 'session-expired');
  });

  it('of other methods and paths there is nothing', async () => {
    const patch = await world.call('PATCH', '/agent/v1/status', { body: {} });
    expectProblem(patch, 405, 'method-not-allowed');
    expect(patch.headers.get('allow')).toBe('GET, HEAD, PUT, OPTIONS');
    expect((await world.call('OPTIONS', '/agent/v1/status')).status).toBe(204);
    for (const path of ['status/x', '', '%', 'status%00', '%ff', 'a'.repeat(5000)]) {
      expectProblem(await world.call('GET', `/agent/v1/${path}`), 404, 'not-found');
    }
  });
});
