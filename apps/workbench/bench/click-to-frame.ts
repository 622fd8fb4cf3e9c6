import { randomUUID } from 'node:crypto';
import type { SiteView } from '#contract';
import { AdminClient } from '../src/admin-client.js';
import type { Bench, Benchmark, Growth } from './benchmark.js';
import { openHouse } from './house.js';
import { HttpLoad, requestOf } from './http-load.js';
import { inPairs, median, percentile, rowOf } from './measure-pairs.js';
import { paceClicks } from './pace-clicks.js';
import { openReaders } from './read-streams.js';
import { cpuSecondsOf } from './process-costs.js';
import { seedSessions, seedTenants, tokensOf } from './seed-sessions.js';
import { startYardstick } from './start-yardstick.js';
import { byHand, prepareTables } from './yardsticks/insert-and-tell.js';

const SITES = 100;
const SECONDS = 3; // of each half of a pair
const PER_SECOND = 200;
const CONNECTIONS = 8;

/** P3: from a click's request being sent until a widget's stream has the frame: agent-api, Postgres, projector, Postgres, widget-api. */
export const clickToFrame: Benchmark = {
  id: 'P3',
  title: 'from a click to the frame in an SSE client, 200 changes a second, against insert, core NATS, upsert, core NATS by hand',
  run: async (bench) => {
    const house = await openHouse(bench, { AMPEL_LEASE_SECONDS: '3600' });
    const { origins } = await house.start(['admin-api', 'agent-api', 'projector', 'widget-api']);
    const admin = origins.get('admin-api') ?? '';
    const count = bench.quick ? 10 : SITES;
    const tenants = await seedTenants(house, admin, count);
    const api = new AdminClient(admin, house.settings.adminToken);
    const body = { name: 'S', origins: [], timeZone: 'Europe/Berlin' };
    const sites = await Promise.all(tenants.map(({ tenantId }) => api.send<SiteView>('POST', `/tenants/${tenantId}/sites`, body)));
    const sessions = await seedSessions(house, tenants, count);

    const clicks = await ourClicks(bench, origins, sites.map(({ key }) => key), tokensOf(house, sessions));
    await prepareTables(house.database.admin);
    await startYardstick(bench, 'click', house.database.admin, house.natsUrl);
    const hand = await clicksByHand(bench, count, house);

    const seconds = bench.quick ? 0.5 : SECONDS;
    const pace = bench.quick ? 10 : PER_SECOND; // a box has one change at a time
    const figures = (latencies: readonly number[]): { p50: number; p99: number } => ({ p50: median(latencies), p99: percentile(latencies, 0.99) });
    const spent = (): Map<string, number> => new Map([...house.pids].map(([name, pid]) => [name, cpuSecondsOf(pid)]));
    const costs = new Map<string, number[]>();
    const pairs = await inPairs(bench, {
      ours: async () => {
        const before = spent();
        const latencies = await clicks(pace, seconds);
        spent().forEach((cpuSeconds, name) => costs.set(name, [...(costs.get(name) ?? []), (100 * (cpuSeconds - (before.get(name) ?? 0))) / seconds]));
        return figures(latencies);
      },
      yardstick: async () => figures(await hand(pace, seconds)),
    });
    const steps: Growth['steps'][number][] = [];
    for (const part of bench.quick ? [1] : [4, 2, 1]) steps.push({ amount: pace / part, cost: median(await clicks(pace / part, seconds)) });
    const growth = { of: 'changes a second', unit: 'ms', steps };
    const details = Object.fromEntries([...costs].map(([name, shares]) => [`${name}, % of a core`, median(shares)]));
    const row = { id: 'P3', unit: 'ms', better: 'lower' } as const;
    return [
      rowOf(pairs, 'p50', { ...row, name: 'click to frame, median', goal: 2, growth, details }),
      rowOf(pairs, 'p99', { ...row, name: 'click to frame, 99 of 100', goal: 3 }),
    ];
  },
};

type Clicks = (perSecond: number, seconds: number) => Promise<number[]>;

async function ourClicks(bench: Bench, origins: ReadonlyMap<string, string>, keys: readonly string[], tokens: readonly string[]): Promise<Clicks> {
  const agentOrigin = origins.get('agent-api') ?? '';
  let arrived = (_box: number): void => undefined;
  const paths = keys.map((key) => `/widget/v1/sites/${key}/stream`);
  const readers = await openReaders(origins.get('widget-api') ?? '', paths, (reader) => arrived(reader));
  bench.atEnd(() => readers.close());
  await readers.allShow('"status":"online"');
  let load: HttpLoad | undefined; // opened when it is needed: a connection without a request is closed after a while
  bench.atEnd(async () => load?.close());
  const statuses = keys.map(() => 'online');
  return async (perSecond, seconds) => {
    const connections = (load ??= await HttpLoad.open(agentOrigin, CONNECTIONS, 200));
    return paceClicks({
      perSecond,
      seconds,
      boxes: keys.length,
      onArrival: (told) => void (arrived = told),
      click: (box) => {
        const status = (statuses[box] = statuses[box] === 'online' ? 'busy' : 'online');
        const body = JSON.stringify({ status });
        const headers = {
          authorization: `Bearer ${tokens[box] ?? ''}`,
          'content-type': 'application/json',
          'content-length': String(body.length),
          'idempotency-key': randomUUID(),
        };
        connections.send(requestOf('PUT', agentOrigin, '/agent/v1/status', headers, body));
      },
    });
  };
}

async function clicksByHand(bench: Bench, boxes: number, house: { readonly database: { readonly admin: string }; readonly natsUrl: string }): Promise<Clicks> {
  let arrived = (_box: number): void => undefined;
  const hand = await byHand(house.database.admin, house.natsUrl, (box) => arrived(Number(box)));
  bench.atEnd(() => hand.close());
  let version = 0;
  return (perSecond, seconds) =>
    paceClicks({
      perSecond,
      seconds,
      boxes,
      onArrival: (told) => void (arrived = told),
      click: (box) => hand.change(String(box), (version += 1) % 2 === 0 ? 'online' : 'busy', version),
    });
}
