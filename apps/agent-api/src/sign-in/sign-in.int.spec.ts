import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OpenedSession } from '#contract';
import { findSessionTokens } from '#directory';
import { chooseStatusOnLogin } from '#domain/agent-presence/index';
import { expectProblem, PASSWORD, World } from '../agent-api-world.fixture.js';
import { PasswordQueue } from './password-queue.js';

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

describe('signing in', () => {
  it('opens a session: tokens, lease, the last intent, and one AgentLoggedIn', async () => {
    const anna = await world.person();
    const answer = await world.signInAnswer(anna, { device: { kind: 'mobile', name: "Anna's phone" } });
    expect(answer.status).toBe(201);
    const session = answer.body as unknown as OpenedSession;
    expect(session).toEqual({
      sessionId: expect.any(String),
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 600,
      leaseSeconds: 120,
      heartbeatSeconds: 30,
      state: { status: 'offline', effectiveStatus: 'offline', version: 0, since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) },
    });
    const events = await world.events(anna);
    expect(events.map(({ type }) => type)).toEqual(['AgentAdded', 'AgentLoggedIn']);
    expect(events[1]).toMatchObject({
      actor: { kind: 'agent', id: anna.agentId },
      data: { agentId: anna.agentId, sessionId: session.sessionId, device: 'mobile', leaseSeconds: 120 },
    });
    expect(JSON.stringify(events)).not.toMatch(/Anna|example\.test/);
    const lastSeenAt = events[1]?.effectiveAt;
    expect(await world.leases(anna)).toMatchObject([
      { sessionId: session.sessionId, device: 'mobile', leaseSeconds: 120, startedAt: lastSeenAt, lastSeenAt, signedOutAt: null },
    ]);
    expect(await findSessionTokens(world.pools.engine, anna.tenantId, session.sessionId)).toMatchObject({ generation: 1, revoked: false });
  });

  it('brings the last intent back (D12), and a second device changes nothing (D13)', async () => {
    const anna = await world.person();
    await world.putStatus(await world.signIn(anna), { status: 'busy' });
    const phone = await world.signIn(anna, 'mobile');
    expect(phone.state).toMatchObject({ status: 'busy', effectiveStatus: 'busy', version: 1 });
    expect((await world.events(anna)).map(({ type }) => type)).toEqual(['AgentAdded', 'AgentLoggedIn', 'StatusChanged', 'AgentLoggedIn']);
  });

  it('an agent who chose "always online" is online with the sign-in, in the same step', async () => {
    const anna = await world.person();
    await world.decide(anna, (agent) => chooseStatusOnLogin({ statusOnLogin: 'online' }, agent));
    expect((await world.signIn(anna)).state).toMatchObject({ status: 'online', effectiveStatus: 'online', version: 1 });
  });

  it('finds the e-mail address whatever its case', async () => {
    const anna = await world.person();
    expect((await world.signInAnswer(anna, { email: ` ${anna.email.toUpperCase()} ` })).status).toBe(201);
  });

  it("a tenant's own lease holds for its sessions, and the interval of beats follows it", async () => {
    const anna = await world.person({ in: await world.tenant({ leaseSeconds: 60 }) });
    expect(await world.signIn(anna)).toMatchObject({ leaseSeconds: 60, heartbeatSeconds: 15 });
  });

  it('the 21st session ends the oldest one', async () => {
    const anna = await world.person();
    const first = await world.signIn(anna);
    for (let n = 2; n <= 21; n++) await world.signIn(anna);
    expectProblem(await world.beat(first), 410, 'session-expired');
    expectProblem(await world.getStatus(first), 410, 'session-expired');
    expect(await world.leases(anna)).toHaveLength(20);
  });

  it('answers alike to an unknown tenant, an unknown address, a wrong password, no password and a deactivated agent', async () => {
    const anna = await world.person();
    const off = await world.person({ in: anna });
    await world.deactivate(off);
    const before = await world.stored();
    const verify = jest.spyOn(world.service.app.get(PasswordQueue, { strict: false }), 'verify');
    const answers = [
      await world.signInAnswer(anna, { tenant: 'nobody' }),
      await world.signInAnswer(anna, { email: 'nobody@example.test' }),
      await world.signInAnswer(anna, { password: 'wrong' }),
      await world.signInAnswer(anna, { tenant: "x' OR 1=1 --" }),
      await world.signInAnswer(off),
    ];
    for (const answer of answers) expectProblem(answer, 401, 'wrong-credentials');
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await world.stored()).toEqual(before);
    // the same work each time: one verification, of nobody's hash where there is none
    const hash = expect.stringMatching(/^\$argon2id\$/);
    expect(verify.mock.calls.map(([known]) => known)).toEqual([null, null, hash, null, hash]);
  });

  it('the same address in two tenants are two agents (case 30)', async () => {
    const anna = await world.person();
    const other = await world.person();
    expectProblem(await world.signInAnswer(anna, { tenant: other.tenant }), 401, 'wrong-credentials');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no tenant', { tenant: undefined }, '/tenant'],
    ['an empty e-mail address', { email: '' }, '/email'],
    ['a password that is a number', { password: 5 }, '/password'],
    ['a password without end', { password: 'x'.repeat(1001) }, '/password'],
    ['no device', { device: undefined }, '/device'],
    ['an unknown device', { device: { kind: 'toaster' } }, '/device/kind'],
    ['a device with more to it', { device: { kind: 'desktop', os: 'x' } }, '/device/os'],
    ['a device name of control characters', { device: { kind: 'desktop', name: 'a\u0007b' } }, '/device/name'],
    ['an unknown property', { remember: true }, '/remember'],
    ['a NUL', { email: 'a\u0000@example.test' }, '/email'],
  ])('refuses %s, names the place and stores nothing', async (_what, change, pointer) => {
    const anna = await world.person();
    const before = await world.stored();
    expectProblem(await world.signInAnswer(anna, change), 422, 'invalid-body', pointer);
    expect(await world.stored()).toEqual(before);
  });

  it('ten sign-ins a second from one address are ordinary', async () => {
    const anna = await world.person();
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.signInAnswer(anna)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  });

  it('never tells the password back', async () => {
    const anna = await world.person();
    expect(JSON.stringify(await world.signInAnswer(anna))).not.toContain(PASSWORD);
  });
});
