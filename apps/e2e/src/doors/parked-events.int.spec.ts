import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { RelayModule } from '#apps/relay/src/relay.module';
import { readSettings } from '#config';
import { cloudEventOf, type ParkedEventView } from '#contract';
import { ParkedEvents } from '#event-consumers';
import { runService, type Service } from '#http-kit';
import { createLogger } from '#observability';
import { eventually, type OwnServer, startNats } from '#testing';
import { Doors, type Home, TOKEN_SECRET } from './doors.fixture.js';

let nats: OwnServer;
let doors: Doors;
let relay: Service;
let home: Home;

beforeAll(async () => {
  nats = await startNats();
  doors = await Doors.open({ env: { NATS_URL: nats.url } });
  const env = { DATABASE_URL: doors.database.serviceUrl, NATS_URL: nats.url, AMPEL_PORT: '0', AMPEL_TOKEN_SECRET: TOKEN_SECRET };
  relay = await runService({ roles: ['relay'], modules: [RelayModule], settings: readSettings(env), logger: createLogger({ level: 'silent' }) });
  home = await doors.addTenant('parked');
  await eventually(async () => (await fetch(`${relay.url}/readyz`)).status === 200, { within: 30_000 });
}, 60_000);
afterAll(async () => {
  await relay?.close();
  await doors?.close();
  await nats?.discard();
});

const list = async (query = ''): Promise<ParkedEventView[]> => (await doors.did('GET', `${home.path}/parked-events${query}`)).parkedEvents;
const one = (id: string): Promise<ParkedEventView> => doors.did('GET', `${home.path}/parked-events/${id}`);

/** Puts something on the bus that no relay of ours would. */
async function publish(subject: string, body: string, msgID: string): Promise<void> {
  const connection = await connect({ servers: new URL(nats.url).host, user: new URL(nats.url).username, pass: new URL(nats.url).password });
  try {
    await eventually(() => jetstream(connection).publish(subject, body, { msgID }));
  } finally {
    await connection.close();
  }
}

describe('an operator of a tenant', () => {
  it('finds what no consumer could read, with the reason; tried again it is parked again, given up it is gone', async () => {
    await publish(`v1.${home.partition}.${home.id}.event.StatusChanged`, 'no JSON at all', 'a-strange-message');
    const parked = await eventually(
      async () => {
        const [found] = (await list()).filter(({ eventId }) => eventId === 'a-strange-message');
        if (!found) throw new Error('nothing is parked');
        return found;
      },
      { within: 20_000 },
    );
    expect(parked).toMatchObject({ consumer: 'webhooks', eventType: 'StatusChanged', state: 'parked', reason: expect.stringContaining('not JSON') });

    await doors.did('POST', `${home.path}/parked-events/${parked.id}/retry`);
    await eventually(async () => expect(await one(parked.id)).toMatchObject({ state: 'parked', deliveries: parked.deliveries + 1 }), { within: 20_000 });

    await doors.did('DELETE', `${home.path}/parked-events/${parked.id}`);
    expect((await list()).map(({ id }) => id)).not.toContain(parked.id);
  }, 60_000);

  it('tries again what failed for another reason, and it is handled', async () => {
    const { store, admin } = doors;
    const [event] = await store.readStream({ tenantId: home.id, partition: home.partition, streamId: `tenant-${home.id}` });
    if (!event) throw new Error('the tenant has no event');
    const subject = `v1.${home.partition}.${home.id}.event.${event.type}`;
    const data = Buffer.from(JSON.stringify(cloudEventOf(event)));
    const message = { tenantId: home.id, consumer: 'webhooks', eventId: event.eventId, type: event.type, subject, data, deliveries: 10 };
    await new ParkedEvents(admin).park(message, 'Postgres was full');
    const [parked] = (await list()).filter(({ eventId }) => eventId === event.eventId);
    expect(parked).toMatchObject({ state: 'parked', reason: 'Postgres was full' });
    await doors.did('POST', `${home.path}/parked-events/${parked?.id}/retry`);
    await eventually(async () => expect(await one(parked?.id ?? '')).toMatchObject({ state: 'handled' }), { within: 20_000 });
  }, 60_000);
});
