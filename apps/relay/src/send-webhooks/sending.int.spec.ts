import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '#testing';
import { disableEndpoint, enableEndpoint, redeliver, removeEndpoints, rotateSecret } from '#webhooks';
import { Receiver, startMute } from './receivers.fixture.js';
import { type Endpoint, SenderWorld } from './sender-world.fixture.js';

let world: SenderWorld;
let receiver: Receiver;
let tenant: Endpoint['tenant'];

beforeEach(async () => {
  [world, receiver] = await Promise.all([SenderWorld.open(), Receiver.start()]);
  tenant = await world.addTenant('tenant-1');
});
afterEach(async () => {
  await world.close();
  await receiver.stop();
});

describe('queueing', () => {
  it('gives an event to the endpoints of its tenant that want its type, once, however often it is told', async () => {
    const other = await world.addTenant('tenant-2');
    const [wants, all, wantsOther, foreign] = [
      await world.addEndpoint(tenant, receiver.url),
      await world.addEndpoint(tenant, receiver.url, ['*']),
      await world.addEndpoint(tenant, receiver.url, ['AnotherThing']),
      await world.addEndpoint(other, receiver.url, ['*']),
    ];
    const events = await world.happen(tenant, 3);
    expect(await world.queue(events)).toBe(6);
    expect(await Promise.all([world.queue(events), world.queue([...events].reverse())])).toEqual([0, 0]);
    const counts = await Promise.all([wants, all, wantsOther, foreign].map(async (one) => (await world.deliveries(one)).length));
    expect(counts).toEqual([3, 3, 0, 0]);
  });

  it('believes Postgres: an event that is not in the log, or not under that id or place, does not exist', async () => {
    await world.addEndpoint(tenant, receiver.url, ['*']);
    const [event] = await world.happen(tenant);
    if (!event) throw new Error('nothing happened');
    const forged = [{ ...event, eventId: world.store.newId() }, { ...event, position: event.position + 1 }, { ...event, partition: 6 }];
    expect(await world.queue(forged)).toBe(0);
  });

  it('leaves out what was recorded before the endpoint was there, or while it was disabled', async () => {
    const before = await world.happen(tenant);
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    expect(await world.queue(before)).toBe(0);
    await disableEndpoint(world.pools.engine, tenant.id, endpoint.id, 'admin');
    const meanwhile = await world.happen(tenant);
    expect(await world.queue(meanwhile)).toBe(0);
    await enableEndpoint(world.pools.engine, tenant.id, endpoint.id);
    expect(await world.queue(meanwhile)).toBe(0);
    expect(await world.queue(await world.happen(tenant))).toBe(1);
  });

  it('by many at once strands nothing while senders come and go', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ rounds: 1, atOnce: 2 });
    world.startSender({ rounds: 1, atOnce: 2 });
    await Promise.all(Array.from({ length: 40 }, () => world.tell(tenant, 3)));
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ delivered: 120 }), { within: 30_000 });
    expect(receiver.arrived).toHaveLength(120); // two senders, and nothing twice
  });
});

describe('an endpoint that fails', () => {
  it('is tried by the schedule, then the delivery has failed and the endpoint is disabled, with an event', async () => {
    receiver.behaviour = 500;
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ schedule: [100, 200, 300] });
    await world.tell(tenant);
    await eventually(async () => expect(await world.row(endpoint)).toMatchObject({ disabledBecause: 'failures' }), { within: 30_000 });
    expect(await world.deliveries(endpoint)).toMatchObject([
      { state: 'failed', attempts: 4, lastStatus: 500, lastError: 'it answered 500', nextAttemptAt: null },
    ]);
    expect(receiver.arrived).toHaveLength(4);
    expect((await world.facts(endpoint)).at(-1)).toEqual({ type: 'WebhookDisabled', data: { webhookId: endpoint.id, because: 'failures' } });
  });

  it('with many events waiting is disabled after as long as one takes, not after them all', async () => {
    receiver.behaviour = 500;
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ schedule: [300, 300], rest: () => 100 });
    await world.tell(tenant, 50);
    await eventually(async () => expect(await world.row(endpoint)).toMatchObject({ disabledBecause: 'failures' }), { within: 30_000 });
    expect(receiver.arrived.length).toBeLessThan(20);
    expect((await world.facts(endpoint)).filter(({ type }) => type === 'WebhookDisabled')).toHaveLength(1);
  });

  it('is not disabled for one event that it never takes, while it takes others', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    const [poison = ''] = await world.tell(tenant);
    receiver.behaviour = ({ headers }, response) => void response.writeHead(headers['webhook-id'] === poison ? 422 : 204).end();
    world.startSender({ schedule: [10, 2_000] });
    const good: string[] = [];
    await eventually(async () => {
      good.push(...(await world.tell(tenant)));
      expect((await world.states(endpoint))['failed']).toBe(1);
    }, { within: 30_000, every: 200 });
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ failed: 1, delivered: good.length }), { within: 30_000 });
    expect(await world.row(endpoint)).toMatchObject({ disabledBecause: null });
  }, 40_000);

  it('that answers 410 is disabled at once; enabled again it is sent what waited', async () => {
    receiver.behaviour = 410;
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender();
    await world.tell(tenant, 3);
    await eventually(async () => expect(await world.row(endpoint)).toMatchObject({ disabledBecause: 'gone' }));
    receiver.behaviour = 204;
    await enableEndpoint(world.pools.engine, tenant.id, endpoint.id);
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ delivered: 3 }));
  });

  it('whose secret cannot be opened any more is told so, and a new secret mends it', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    const stranger = world.startSender({ tokenSecret: 't'.repeat(43), schedule: [1_000, 1_000] });
    await world.tell(tenant);
    await eventually(async () => expect((await world.deliveries(endpoint))[0]?.lastError).toMatch(/^The secret cannot be opened.*Rotate it\.$/));
    expect(receiver.arrived).toEqual([]);
    await stranger.stop();
    world.startSender();
    await eventually(() => receiver.arrived.length === 1);
  });
});

describe('one endpoint', () => {
  it('that is slow, or never answers, keeps no other waiting', async () => {
    const mute = await startMute();
    const slow = await Receiver.start((_request, response) => void afterMs(500, () => response.writeHead(204).end()));
    const [quick] = [await world.addEndpoint(tenant, receiver.url), await world.addEndpoint(tenant, mute.url), await world.addEndpoint(tenant, slow.url)];
    const timeoutMs = 8_000;
    world.startSender({ lanes: 4, timeoutMs });
    const began = performance.now();
    await world.tell(tenant, 40);
    await eventually(async () => expect(await world.states(quick)).toEqual({ delivered: 40 }));
    expect(performance.now() - began).toBeLessThan(timeoutMs); // of the mute one
    expect(slow.most).toBeLessThanOrEqual(4);
    await mute.stop();
    await slow.stop();
  });

  it('many of them that fail take at most half of the places', async () => {
    const mute = await startMute();
    const dead = await Promise.all(Array.from({ length: 6 }, () => world.addEndpoint(tenant, mute.url)));
    const { stop } = world.startSender({ lanes: 4, timeoutMs: 100, schedule: [10, 100_000] });
    await world.tell(tenant);
    await eventually(async () => {
      for (const one of dead) expect((await world.row(one))?.failingSince).toEqual(expect.any(Number));
    });
    await stop();
    const quick = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ lanes: 4, timeoutMs: 60_000, schedule: [10, 100_000] });
    await world.pools.engine.query('UPDATE webhook.lane SET paused_until = NULL');
    await world.tell(tenant);
    // within a third of what the others hold their places for
    await eventually(async () => expect(await world.states(quick)).toEqual({ delivered: 1 }), { within: 20_000 });
    await mute.stop();
  });

  it('gets no more than so many at once', async () => {
    receiver.behaviour = (_request, response) => void afterMs(200, () => response.writeHead(204).end());
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ atOnce: 3 });
    world.startSender({ atOnce: 3 });
    await world.tell(tenant, 20);
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ delivered: 20 }));
    expect(receiver.most).toBe(3);
  });
});

describe('a restart', () => {
  it('in the middle loses nothing: what was not written down is sent again, under the same id', async () => {
    const mute = await startMute();
    const endpoint = await world.addEndpoint(tenant, mute.url);
    const first = world.startSender({ timeoutMs: 10_000 });
    const ids = await world.tell(tenant, 2);
    const claimed = async (): Promise<string[]> =>
      (await world.pools.engine.query<{ by: string }>('SELECT claimed_by AS by FROM webhook.lane WHERE claimed_by IS NOT NULL')).rows.map(({ by }) => by);
    await eventually(async () => (await claimed()).length === 1);
    await first.stop();
    expect(await claimed()).toEqual([]);
    expect(await world.deliveries(endpoint)).toMatchObject([{ state: 'pending', attempts: 0 }, { state: 'pending', attempts: 0 }]);
    await world.pools.engine.query('UPDATE webhook.endpoint SET url = $1', [receiver.url]);
    world.startSender();
    await eventually(() => expect([...receiver.ids].sort()).toEqual([...ids].sort()));
    await mute.stop();
  });

  it('of a process that was killed: its claim runs out, and another one sends', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    await world.tell(tenant);
    await world.pools.engine.query(`UPDATE webhook.lane SET claimed_by = 'a dead one', claimed_until = clock_timestamp() + interval '300 milliseconds'`);
    world.startSender();
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ delivered: 1 }));
  });
});

describe('a delivery', () => {
  it('is the message of the bus, signed with every secret that is good at the moment of the attempt', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender();
    const [id] = await world.tell(tenant);
    const arrived = await eventually(() => {
      expect(receiver.arrived).toHaveLength(1);
      return receiver.arrived[0];
    });
    const message = new Webhook(endpoint.secret).verify(arrived?.body ?? '', arrived?.headers as Record<string, string>);
    expect(message).toMatchObject({ specversion: '1.0', id, type: 'ThingHappened', tenantid: tenant.id, data: { n: 0 } });
    await rotateSecret(world.pools.engine, tenant.id, endpoint.id, Buffer.from('x'), 60);
    const { rows } = await world.pools.engine.query<{ n: number }>(
      'SELECT cardinality(ARRAY[secret, previous_secret]) AS n FROM webhook.endpoint WHERE previous_until > now()',
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('can be sent once more by hand, also in the midst of a long pause', async () => {
    receiver.behaviour = 503;
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    world.startSender({ schedule: [3_600_000] });
    await world.tell(tenant);
    await eventually(async () => expect(await world.deliveries(endpoint)).toMatchObject([{ attempts: 1, state: 'pending' }]));
    receiver.behaviour = 204;
    const [delivery] = await world.deliveries(endpoint);
    await redeliver(world.pools.engine, tenant.id, endpoint.id, delivery?.id ?? '');
    await eventually(async () => expect(await world.states(endpoint)).toEqual({ delivered: 1 }));
    await redeliver(world.pools.engine, tenant.id, endpoint.id, delivery?.id ?? '');
    await eventually(() => receiver.arrived.length === 3);
    expect(receiver.ids).toHaveLength(1);
  });

  it('whose event is not in the log any more has failed, and the endpoint is not to blame', async () => {
    const endpoint = await world.addEndpoint(tenant, receiver.url);
    await world.tell(tenant);
    await world.pools.engine.query('UPDATE webhook.delivery SET position = 4711');
    world.startSender();
    await eventually(async () =>
      expect(await world.deliveries(endpoint)).toMatchObject([{ state: 'failed', lastError: 'the event is not in the log any more' }]),
    );
    expect(await world.row(endpoint)).toMatchObject({ disabledBecause: null, failingSince: null });
  });

  it('goes with its endpoint or its tenant, and so do the secrets', async () => {
    const [one, two] = [await world.addEndpoint(tenant, receiver.url), await world.addEndpoint(tenant, receiver.url)];
    await world.tell(tenant, 2);
    await removeEndpoints(world.pools.engine, tenant.id, one.id);
    expect([await world.row(one), await world.deliveries(one), (await world.deliveries(two)).length]).toEqual([null, [], 2]);
    await removeEndpoints(world.pools.engine, tenant.id, null);
    world.startSender();
    expect(await world.tell(tenant)).toHaveLength(1);
    const { rows } = await world.pools.engine.query<{ secrets: number }>(
      'SELECT count(*)::int AS secrets FROM webhook.endpoint WHERE octet_length(secret) > 0 OR previous_secret IS NOT NULL',
    );
    expect([rows[0]?.secrets, await world.deliveries(two)]).toEqual([0, []]);
    expect(receiver.arrived).toEqual([]);
  });
});

/** A receiver takes its time: that is what it is there to show. */
function afterMs(ms: number, then: () => void): void {
  const timer = setInterval(() => {
    clearInterval(timer);
    then();
  }, ms);
}
