import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { AdminApiModule } from '#apps/admin-api/src/admin-api.module';
import { AgentApiModule } from '#apps/agent-api/src/agent-api.module';
import { ProjectorModule } from '#apps/projector/src/projector.module';
import { RelayModule } from '#apps/relay/src/relay.module';
import { readSettings } from '#config';
import { cloudEventSchema } from '#contract';
import { runService, type Service, type ServiceOptions } from '#http-kit';
import { createLogger } from '#observability';
import { eventually, type FreshDatabase, freshDatabase, type OwnServer, startNats } from '#testing';
import { type Device, type Place, Tenant } from '../client/index.js';
import { type CollectedSpan, Collector } from './collector.fixture.js';

const TOKEN = 'insecure-token-of-the-specs';
let database: FreshDatabase;
let nats: OwnServer;
const collector = new Collector();
const services: Service[] = [];
let place: Place;
let tenant: Tenant;
let device: Device;

/** Processes as far as a trace can tell: each has its own tracing, its own way to the bus, its own pools. */
async function start(roles: ServiceOptions['roles'], modules: ServiceOptions['modules'], more: Record<string, string> = {}): Promise<Service> {
  const settings = readSettings({
    DATABASE_URL: database.serviceUrl,
    NATS_URL: nats.url,
    AMPEL_PORT: '0',
    AMPEL_ADMIN_TOKEN: TOKEN,
    AMPEL_TOKEN_SECRET: 's'.repeat(43),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=of%20the%20collector',
    ...more,
  });
  const service = await runService({ roles, modules, settings, logger: createLogger({ level: 'silent' }) });
  services.push(service);
  return service;
}

beforeAll(async () => {
  [database, nats] = await Promise.all([freshDatabase(), startNats(), collector.start()]);
  const doors = await start(['agent-api', 'admin-api'], [AgentApiModule, AdminApiModule]);
  const relay = await start(['relay'], [RelayModule]);
  const projector = await start(['projector'], [ProjectorModule]);
  for (const { url } of [doors, relay, projector]) await eventually(async () => (await fetch(`${url}/readyz`)).status === 200, { within: 30_000 });
  place = { urls: { agent: doors.url, admin: doors.url, widget: doors.url }, adminToken: TOKEN };
  tenant = await Tenant.add(place);
  await tenant.addSite();
  device = await (await tenant.addAgent([], 'canary-address@example.com')).signIn();
}, 90_000);

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  collector.stop();
  await nats?.discard();
  await database?.drop();
}, 30_000);

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** The span of this name, once it has arrived; a fact may be published twice, under one parent. */
async function arrived(traceId: string, name: string): Promise<CollectedSpan> {
  return eventually(
    () => {
      const found = collector.of(traceId).filter((span) => span.name === name);
      if (found[0] === undefined) throw new Error(`no ${name} among ${collector.of(traceId).map((span) => span.name).join(', ')}`);
      return found[0];
    },
    { within: 20_000 },
  );
}

/**
 * Clicks in a new trace until all of it has come. A poll that finds the event before the hint about its trace has arrived ends a trace early:
 * it is rare, allowed, and on a busy machine not impossible.
 */
async function clickTraced(parentSpan: string, names: readonly string[]): Promise<{ traceId: string; spans: readonly CollectedSpan[] }> {
  for (let turn = 0; ; turn += 1) {
    const traceId = hex(16);
    const { status } = await device.wish(turn % 2 === 0 ? 'online' : 'busy', undefined, { traceparent: `00-${traceId}-${parentSpan}-01` });
    expect(status).toBe(200);
    const spans: CollectedSpan[] = [];
    try {
      for (const name of names) spans.push(await arrived(traceId, name));
      return { traceId, spans };
    } catch (error) {
      if (turn === 2) throw error;
    }
  }
}

describe('one trace through every process (ADR 21)', () => {
  const callerSpan = hex(8);
  let traceId: string;
  let append: CollectedSpan;
  let publish: CollectedSpan;

  it("continues the caller's trace: the request, the append in Postgres, the relay's publishing, the projector's fold, and what follows", async () => {
    const names = [
      'PUT /agent/v1/status', 'store.append', 'publish event.StatusChanged', 'fold boxes', 'publish box.SiteStatusChanged', 'process event.StatusChanged',
    ];
    const whole = await clickTraced(callerSpan, names);
    ({ traceId } = whole);
    type Six = readonly [CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan];
    const [request, appended, published, fold, publishBox, consume] = whole.spans as unknown as Six;
    [append, publish] = [appended, published];

    expect(request).toMatchObject({ kind: 2, parentSpanId: callerSpan, failed: false });
    expect(request.about).toMatchObject({ 'http.response.status_code': 200, 'ampel.tenant.id': tenant.id, 'ampel.roles': 'agent-api,admin-api', 'service.name': 'ampel' });
    expect(append).toMatchObject({ kind: 3, parentSpanId: request.spanId });
    expect(publish).toMatchObject({ kind: 4, parentSpanId: append.spanId });
    expect(fold).toMatchObject({ kind: 5, parentSpanId: append.spanId });
    expect(publishBox).toMatchObject({ kind: 4, parentSpanId: fold.spanId });
    expect(consume).toMatchObject({ kind: 5, parentSpanId: publish.spanId });
    expect([publish, fold].map(({ about }) => about['ampel.roles'])).toEqual(['relay', 'projector']);
    const [fact] = (await tenant.events('type=StatusChanged')).slice(-1);
    expect(append.about).toMatchObject({ 'ampel.outcome': 'appended', 'ampel.position': fact?.position, 'ampel.tenant.id': tenant.id, 'ampel.command.id': expect.any(String) });
    expect(collector.headers['x-api-key']).toBe('of the collector');
  }, 90_000);

  it('an event on the bus names it: the attribute tells where it was recorded, the header where it was published', async () => {
    const connection = await connect({ servers: nats.url.replace(/^nats:\/\/[^@]*@/, ''), ...userOf(nats.url) });
    try {
      const manager = await jetstreamManager(connection);
      const message = await eventually(() => manager.streams.getMessage('AMPEL', { last_by_subj: `v1.*.${tenant.id}.event.StatusChanged` }));
      expect(message?.header.get('traceparent')).toBe(`00-${traceId}-${publish.spanId}-01`);
      expect(cloudEventSchema.strict().parse(message?.json())).toMatchObject({ type: 'StatusChanged', traceparent: `00-${traceId}-${append.spanId}-01` });
    } finally {
      await connection.close();
    }
  });

  it('a change of an admin, in a transaction of its own, and the statements in it', async () => {
    const own = hex(16);
    const answer = await tenant.ask('POST', '/groups', { name: 'canary-name' }, { traceparent: `00-${own}-${callerSpan}-01` });
    expect(answer.status).toBe(201);
    const transaction = await arrived(own, 'store.transact');
    expect(transaction).toMatchObject({ parentSpanId: (await arrived(own, 'POST /admin/v1/tenants/:tenantId/groups')).spanId });
    const within = collector.of(own).filter(({ parentSpanId }) => parentSpanId === transaction.spanId);
    expect(within.map(({ name }) => name)).toEqual(expect.arrayContaining(['BEGIN', 'store.append', 'COMMIT']));
  });

  it('a caller who does not record its trace is not recorded here; a header that is none begins a new trace', async () => {
    const unrecorded = hex(16);
    await device.wish('busy', undefined, { traceparent: `00-${unrecorded}-${callerSpan}-00` });
    await device.wish('online', undefined, { traceparent: `00-${'0'.repeat(32)}-${callerSpan}-01` });
    const isNew = ({ name, traceId: id, parentSpanId }: CollectedSpan): boolean => name === 'PUT /agent/v1/status' && id !== traceId && !parentSpanId;
    await eventually(() => collector.spans.some(isNew), { within: 20_000 });
    expect(collector.of(unrecorded)).toEqual([]);
  });

  it('a request that fails is told with its status and the name of the error, and nothing of what was sent', async () => {
    const own = hex(16);
    const traceparent = `00-${own}-${callerSpan}-01`;
    const body = { email: 'canary-address@example.com', name: 'canary-name', password: 'canary-password' };
    expect((await tenant.ask('POST', '/agents', body, { traceparent })).status).toBe(409);
    const request = await arrived(own, 'POST /admin/v1/tenants/:tenantId/agents');
    expect(request.about).toMatchObject({ 'http.response.status_code': 409 });
    expect(collector.raw).not.toMatch(/canary|@example|a-password-of-the-specs/);
    expect(collector.raw).not.toContain(device.token);
    expect(collector.raw).not.toContain(TOKEN);
  });

  it('a collector that is away costs nobody anything', async () => {
    collector.stop();
    for (const status of ['busy', 'online'] as const) expect((await device.wish(status)).status).toBe(200);
  });
});

/** User and password of a URL, as the NATS client takes them. */
function userOf(url: string): { user?: string; pass?: string } {
  const { username: user, password: pass } = new URL(url);
  return user === '' ? {} : { user, pass: decodeURIComponent(pass) };
}

describe('without a collector', () => {
  it('nothing of OpenTelemetry is loaded by any role', () => {
    const script = `
      import { createRequire } from 'node:module';
      for (const role of ['agent-api', 'admin-api', 'widget-api', 'relay', 'projector', 'timekeeper']) await import('./dist/apps/' + role + '/src/' + role + '.module.js');
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry[/](sdk|exporter|otlp|resources)/.test(file));
      console.log(JSON.stringify(loaded));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([stdout.trim(), stderr]).toEqual(['[]', '']);
  });
});
