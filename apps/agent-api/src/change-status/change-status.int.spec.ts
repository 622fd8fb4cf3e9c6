import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OpenedSession } from '#contract';
import { eventually } from '#testing';
import { type CallOptions, expectProblem, type Person, World } from '../agent-api-world.fixture.js';

let world: World;
let anna: Person;
let desktop: OpenedSession;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());
beforeEach(async () => {
  anna = await world.person();
  desktop = await world.signIn(anna);
});

const statusEvents = async () => (await world.events(anna)).filter(({ type }) => type === 'StatusChanged');

describe('turning the switch', () => {
  it('changes the intent, counts it and says since when', async () => {
    const answer = await world.putStatus(desktop, { status: 'online' });
    const [event] = await statusEvents();
    expect(event).toMatchObject({
      actor: { kind: 'agent', id: anna.agentId },
      data: { from: 'offline', to: 'online', statusVersion: 1, cause: 'agent' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'online', effectiveStatus: 'online', version: 1, since: new Date(event?.effectiveAt ?? 0).toISOString() },
    });
  });

  it('online again makes no event (case 4)', async () => {
    const first = await world.putStatus(desktop, { status: 'online' });
    const again = await world.putStatus(desktop, { status: 'online' });
    expect(again.body).toEqual(first.body);
    expect(await statusEvents()).toHaveLength(1);
  });

  it('is a beat, also to the same status (D8)', async () => {
    const lastSeen = async () => (await world.leases(anna))[0]?.lastSeenAt ?? 0;
    await world.putStatus(desktop, { status: 'online' });
    const before = await lastSeen();
    await world.putStatus(desktop, { status: 'online' });
    await eventually(async () => (await lastSeen()) > before);
  });

  it('both devices at version 5, two clicks at the same moment: one is accepted as 6, the other gets the state (case 22)', async () => {
    const phone = await world.signIn(anna, 'mobile');
    for (const status of ['online', 'busy', 'offline', 'busy', 'online']) await world.putStatus(desktop, { status });
    const answers = await Promise.all([
      world.putStatus(desktop, { status: 'busy', expectedVersion: 5 }),
      world.putStatus(phone, { status: 'offline', expectedVersion: 5 }),
    ]);
    const accepted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 409);
    expect([accepted.length, refused.length]).toEqual([1, 1]);
    expect(accepted[0]?.body.version).toBe(6);
    expectProblem(refused[0] ?? answers[0], 409, 'version-conflict');
    expect(refused[0]?.body['state']).toEqual(accepted[0]?.body);
    for (const device of [desktop, phone]) {
      expect((await world.getStatus(device)).body).toEqual(accepted[0]?.body);
    }
  });

  it('a stale device is refused even if it wishes for what is so already', async () => {
    await world.putStatus(desktop, { status: 'online' });
    expectProblem(await world.putStatus(desktop, { status: 'online', expectedVersion: 0 }), 409, 'version-conflict');
  });

  it('many clicks of many devices at the same moment are all carried out, one after the other', async () => {
    const phone = await world.signIn(anna, 'mobile');
    const clicks = Array.from({ length: 20 }, (_, i) => world.putStatus(i % 2 ? desktop : phone, { status: i % 2 ? 'online' : 'busy' }));
    expect((await Promise.all(clicks)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    const versions = (await statusEvents()).map(({ data }) => (data as { statusVersion: number }).statusVersion);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });
});

describe('the same click twice (case 51)', () => {
  const key = { 'idempotency-key': 'click-1' };

  it('the same key: one event, the answer of then', async () => {
    const first = await world.putStatus(desktop, { status: 'online' }, key);
    await world.putStatus(desktop, { status: 'busy' });
    const again = await world.putStatus(desktop, { status: 'online' }, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await statusEvents()).toHaveLength(2);
    expect((await world.getStatus(desktop)).body).toMatchObject({ status: 'busy', version: 2 });
  });

  it('at the same moment as well', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.putStatus(desktop, { status: 'online' }, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(await statusEvents()).toHaveLength(1);
  });

  it('another body under the same key is refused', async () => {
    await world.putStatus(desktop, { status: 'online' }, key);
    const before = await world.stored();
    expectProblem(await world.putStatus(desktop, { status: 'busy' }, key), 422, 'idempotency-key-reused', 'Idempotency-Key');
    expect(await world.stored()).toEqual(before);
  });

  it('the key of one agent is not the key of another', async () => {
    const ben = await world.person({ in: anna });
    await world.putStatus(desktop, { status: 'online' }, key);
    const answer = await world.putStatus(await world.signIn(ben), { status: 'busy' }, key);
    expect(answer).toMatchObject({ status: 200, body: { status: 'busy', version: 1 } });
  });

  it('a wish that was true already keeps its key too', async () => {
    await world.putStatus(desktop, { status: 'offline' }, key);
    await world.putStatus(desktop, { status: 'online' });
    expect((await world.putStatus(desktop, { status: 'offline' }, key)).body).toMatchObject({ status: 'offline', version: 0 });
    expect((await statusEvents()).map(({ data }) => (data as { to: string }).to)).toEqual(['online']);
  });

  it('a session that is signed out gets no first answer again', async () => {
    await world.putStatus(desktop, { status: 'online' }, key);
    await world.call('DELETE', '/agent/v1/session', { token: desktop.accessToken });
    expectProblem(await world.putStatus(desktop, { status: 'online' }, key), 401, 'signed-out');
  });

  it.each([['two words'], ['x'.repeat(201)], ['caf\u00e9']])('refuses the key %j', async (bad) => {
    const before = await world.stored();
    const answer = await world.putStatus(desktop, { status: 'online' }, { 'idempotency-key': bad });
    expectProblem(answer, 422, 'invalid-header', 'Idempotency-Key');
    expect(await world.stored()).toEqual(before);
  });
});

describe('what is no click', () => {
  it.each<[string, unknown, string]>([
    ['no status', {}, '/status'],
    ['an unknown status', { status: 'away' }, '/status'],
    ['a status of another type', { status: ['online'] }, '/status'],
    ['a version that is text', { status: 'online', expectedVersion: '5' }, '/expectedVersion'],
    ['a version below nothing', { status: 'online', expectedVersion: -1 }, '/expectedVersion'],
    ['half a version', { status: 'online', expectedVersion: 0.5 }, '/expectedVersion'],
    ['a version beyond all numbers', { status: 'online', expectedVersion: 1e300 }, '/expectedVersion'],
    ['an unknown property', { status: 'online', agentId: 'other' }, '/agentId'],
    ['a list', [], ''],
    ['a text', 'online', ''],
    ['nothing', null, ''],
  ])('%s is refused, and nothing is stored', async (_what, body, pointer) => {
    const before = await world.stored();
    expectProblem(await world.putStatus(desktop, body as object), 422, 'invalid-body', pointer);
    expect(await world.stored()).toEqual(before);
  });

  it.each<[string, { raw: string | Uint8Array; headers?: Record<string, string> }, number, string]>([
    ['half a body', { raw: '{"status":' }, 400, 'unreadable-json'],
    ['invalid UTF-8', { raw: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, 'unreadable-json'],
    ['a form', { raw: 'status=online', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 422, 'unsupported-media-type'],
    ['too much', { raw: JSON.stringify({ status: 'x'.repeat(17_000) }) }, 413, 'too-large'],
    ['a prototype key', { raw: '{"status":"online","__proto__":{"x":1}}' }, 422, 'invalid-body'],
    ['no body', { raw: '' }, 422, 'invalid-body'],
  ])('%s is refused, and nothing is stored', async (_what, options, status, code) => {
    const before = await world.stored();
    expectProblem(await world.call('PUT', '/agent/v1/status', { token: desktop.accessToken, ...options }), status, code);
    expect(await world.stored()).toEqual(before);
  });

  it('without a token, with half of one, with a foreign or a refresh token: 401', async () => {
    const body = { status: 'online' };
    const before = await world.stored();
    const put = (options: CallOptions) => world.call('PUT', '/agent/v1/status', { body, ...options });
    expectProblem(await put({}), 401, 'unauthenticated');
    for (const token of [ 'x', desktop.accessToken.slice(0, -3), 'insecure-admin-token-not', desktop.refreshToken]) {
      expectProblem(await put({ token }), 401, 'unauthenticated');
    }
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer  ', `Bearer ${desktop.accessToken} x`, `Bearer ${'x'.repeat(5000)}`]) {
      expectProblem(await put({ headers: { authorization } }), 401, 'unauthenticated');
    }
    expect(await world.stored()).toEqual(before);
  });

  it('the platform admin has no status of its own', async () => {
    expectProblem(await world.putStatus({ accessToken: 'insecure-admin-token' }, { status: 'online' }), 403, 'forbidden');
  });
});
