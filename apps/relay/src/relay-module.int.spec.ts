import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '#config';
import { runService, type Service } from '#http-kit';
import { createLogger } from '#observability';
import { eventually } from '#testing';
import { RelayModule } from './relay.module.js';
import { RelayWorld } from './relay-world.fixture.js';

describe('the relay as a service', () => {
  let world: RelayWorld;
  const services: Service[] = [];

  async function start(): Promise<Service> {
    const settings = readSettings({
      DATABASE_URL: world.database.serviceUrl,
      NATS_URL: world.nats.url,
      AMPEL_PORT: '0',
      AMPEL_TOKEN_SECRET: 's'.repeat(43),
    });
    const service = await runService({ roles: ['relay'], modules: [RelayModule], settings, logger: createLogger({ level: 'silent' }) });
    services.push(service);
    return service;
  }

  async function page(service: Service, path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${service.url}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  beforeAll(async () => {
    world = await RelayWorld.open();
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()));
    await world.close();
  });

  it('is ready when it works and when it stands by, and tells its lag', async () => {
    const [first, second] = [await start(), await start()];
    for (const service of [first, second]) await eventually(async () => (await page(service, '/readyz')).status === 200);
    await world.append(11, 3);
    await eventually(async () => expect((await world.compare()).stream).toEqual({ 11: '1-3' }));
    await eventually(async () => {
      const pages = await Promise.all([first, second].map(async (service) => (await page(service, '/metrics')).text));
      expect(pages.filter((text) => text.includes('ampel_relay_lag_facts{outbox="events",partition="11"} 0'))).toHaveLength(1);
      expect(pages.filter((text) => text.includes('ampel_relay_published_total{outbox="events"} 3'))).toHaveLength(1);
    });
  });

  it('is not ready while NATS is away, and lets go of its lock when it ends', async () => {
    const pages = await Promise.all(services.map((service) => page(service, '/metrics')));
    const publishers = pages.map(({ text }) => text.includes('relay_published_total{'));
    const working = services[publishers.indexOf(true)] as Service;
    const other = services[publishers.indexOf(false)] as Service;
    await world.nats.kill();
    await eventually(async () => {
      const { status, text } = await page(other, '/readyz');
      expect([status, text.includes('NATS is away')]).toEqual([503, true]);
    });
    await working.close();
    await world.nats.restart();
    await world.append(11, 2);
    await eventually(async () => expect((await world.compare()).stream).toEqual({ 11: '1-5' }), { within: 10_000 });
    await eventually(async () => (await page(other, '/readyz')).status === 200);
  });
});
