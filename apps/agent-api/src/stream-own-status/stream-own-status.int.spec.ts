import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { changeStatus, forceOffline } from '#domain/agent-presence/index';
import { connectBus } from '#messaging';
import { createLogger } from '#observability';
import { eventually, natsUrl } from '#testing';
import { expectProblem, OpenStream, World } from '../agent-api-world.fixture.js';

let world: World;
const open: OpenStream[] = [];
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(() => world.stop());

async function listen(token: string, query = ''): Promise<OpenStream> {
  const stream = await OpenStream.open(world, token, query);
  open.push(stream);
  await eventually(() => stream.states.length > 0);
  return stream;
}

describe("the stream of an agent's own status", () => {
  it('begins with the present state, its version as id, and proxies may not buffer it', async () => {
    const session = await world.signIn(await world.person());
    const { body: state } = await world.putStatus(session, { status: 'busy' });
    const stream = await listen(session.accessToken);
    expect(stream.events[0]).toEqual({ event: 'state', id: '1', data: state });
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
  });

  it('offline on the phone: the desktop shows it within a second (case 21)', async () => {
    const anna = await world.person();
    const [desktop, phone] = [await world.signIn(anna), await world.signIn(anna, 'mobile')];
    await world.putStatus(desktop, { status: 'online' });
    const stream = await listen(desktop.accessToken);
    const { body: state } = await world.putStatus(phone, { status: 'offline' });
    await eventually(() => stream.states.at(-1)?.version === 2, { within: 15_000 });
    expect(stream.states.at(-1)).toEqual(state);
  });

  it('tells who asks for it that boxes of the own tenant may have changed, and nobody else', async () => {
    const [anna, bob] = [await world.person(), await world.person()];
    const [ofAnna, ofBob] = [await world.signIn(anna), await world.signIn(bob)];
    const [asked, notAsked, other] = [await listen(ofAnna.accessToken, '?tell=boxes'), await listen(ofAnna.accessToken), await listen(ofBob.accessToken, '?tell=boxes')];
    const projector = connectBus({ natsUrl: natsUrl() }, createLogger({ level: 'silent' }));
    await eventually(() => projector.connected);
    const told = (stream: OpenStream): boolean => stream.events.some(({ event }) => event === 'boxes');
    await eventually(
      () => {
        projector.publish(`box.${anna.partition}`, { partition: anna.partition, from: 1, to: 2, boxes: [], sites: [], tenants: [anna.tenantId] });
        return told(asked);
      },
      { within: 15_000, every: 100 },
    );
    await world.putStatus(ofBob, { status: 'busy' });
    await eventually(() => other.states.at(-1)?.status === 'busy', { within: 15_000 });
    expect([told(notAsked), told(other)]).toEqual([false, false]);
    await projector.close();
    expectProblem(await world.call('GET', '/agent/v1/stream?tell=everything', { token: ofAnna.accessToken }), 422, 'invalid-query');
  });

  it('says nothing when nothing changes: the same status again, a second device, a beat', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    await world.putStatus(session, { status: 'online' });
    const stream = await listen(session.accessToken);
    await world.putStatus(session, { status: 'online' });
    await world.signIn(anna, 'mobile');
    await world.beat(session);
    await world.putStatus(session, { status: 'busy' });
    await eventually(() => stream.states.at(-1)?.status === 'busy');
    expect(stream.states.map(({ status }) => status)).toEqual(['online', 'busy']);
  });

  it('versions never go down, and the last state is always shown', async () => {
    const session = await world.signIn(await world.person());
    const stream = await listen(session.accessToken);
    for (let i = 0; i < 30; i++) await world.putStatus(session, { status: i % 2 ? 'busy' : 'online' });
    await eventually(() => stream.states.at(-1)?.version === 30);
    const versions = stream.states.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it('ends when the session is signed out, and only that one', async () => {
    const anna = await world.person();
    const [desktop, phone] = [await world.signIn(anna), await world.signIn(anna, 'mobile')];
    const [ofDesktop, ofPhone] = [await listen(desktop.accessToken), await listen(phone.accessToken)];
    await world.call('DELETE', '/agent/v1/session', { token: desktop.accessToken });
    await eventually(() => ofDesktop.ended);
    expect(ofPhone.ended).toBe(false);
  });

  it('even if no bell rings, a forced status is told (case 19) and the stream of a deactivated agent ends, within 10 s', async () => {
    const [anna, ben] = [await world.person(), await world.person()];
    const [ofAnna, ofBen] = [await world.signIn(anna), await world.signIn(ben)];
    await world.putStatus(ofAnna, { status: 'online' });
    const [annas, bens] = [await listen(ofAnna.accessToken), await listen(ofBen.accessToken)];
    await world.decide(anna, (agent) => forceOffline({ reason: 'stuck' }, agent));
    await world.deactivate(ben);
    await eventually(() => annas.states.at(-1)?.status === 'offline' && bens.ended, { within: 10_000 });
    expect(annas.ended).toBe(false);
  });

  it('a sixth stream of one session ends the oldest', async () => {
    const { accessToken } = await world.signIn(await world.person());
    const streams: OpenStream[] = [];
    for (let i = 0; i < 6; i++) streams.push(await listen(accessToken));
    await eventually(() => streams[0]?.ended === true);
    expect(streams.slice(1).every(({ ended }) => !ended)).toBe(true);
  });

  it('is refused without a token, and with one of a session that has ended', async () => {
    const anna = await world.person();
    const session = await world.signIn(anna);
    expectProblem(await world.call('GET', '/agent/v1/stream'), 401, 'unauthenticated');
    await world.deactivate(anna);
    expectProblem(await world.call('GET', '/agent/v1/stream', { token: session.accessToken }), 410, 'session-expired');
  });

  it('without NATS a change comes all the same, only slower', async () => {
    const alone = await World.start({ settings: { natsUrl: 'nats://127.0.0.1:9', databaseUrl: world.databaseUrl } });
    try {
      const anna = await world.person();
      const session = await alone.signIn(anna);
      const stream = await OpenStream.open(alone, session.accessToken);
      open.push(stream);
      await eventually(() => stream.states.length === 1);
      expect((await alone.putStatus(session, { status: 'online' })).status).toBe(200);
      await eventually(() => stream.states.at(-1)?.status === 'online', { within: 15_000 });
      await world.decide(anna, (agent) => changeStatus({ sessionId: session.sessionId, status: 'busy' }, agent, Date.now()));
      await eventually(() => stream.states.at(-1)?.status === 'busy', { within: 15_000 });
    } finally {
      await alone.stop();
    }
  });

  it('a stop of the service ends all streams within two seconds', async () => {
    const other = await World.start({ settings: { databaseUrl: world.databaseUrl } });
    const stream = await OpenStream.open(other, (await other.signIn(await world.person())).accessToken);
    open.push(stream);
    await eventually(() => stream.states.length === 1);
    const stopping = other.stop();
    await eventually(() => stream.ended, { within: 15_000 });
    await stopping;
  });
});
