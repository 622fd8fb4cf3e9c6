import { randomUUID } from 'node:crypto';
import type { SiteView, TenantView } from '#contract';
import { AdminClient } from '../src/admin-client.js';
import { answersPerCore } from './answers-per-core.js';
import type { Bench, Benchmark } from './benchmark.js';
import { openHouse } from './house.js';
import { HttpLoad, requestOf } from './http-load.js';
import type { NextRequest } from './http-load.js';
import { growthOf } from './measure-growth.js';
import { inPairs, rowOf } from './measure-pairs.js';
import { startYardstick } from './start-yardstick.js';

const CONNECTIONS = 64;
const SITES = 100;
const SECONDS = 2; // of each measurement

/** P4: what the widget asks most, answered by widget-api as it runs in production, against node:http that knows the bytes beforehand. */
export const statusQuery: Benchmark = {
  id: 'P4',
  title: "a widget's status query on one core, 200 and 304, against bare node:http with the same bytes",
  run: async (bench) => {
    const house = await openHouse(bench);
    const { origins } = await house.start(['admin-api', 'widget-api', 'projector']);
    const origin = origins.get('widget-api') ?? '';
    const api = new AdminClient(origins.get('admin-api') ?? '', house.settings.adminToken);
    const { id } = await api.send<TenantView>('POST', '/tenants', { slug: `b-${randomUUID()}`, name: 'B' });
    const keys: string[] = [];
    const grow = async (count: number): Promise<void> => {
      while (keys.length < count) {
        const body = { name: 'S', origins: [], timeZone: 'Europe/Berlin' };
        keys.push((await api.send<SiteView>('POST', `/tenants/${id}/sites`, body)).key);
      }
    };
    await grow(1);
    const path = (key: string): string => `/widget/v1/sites/${key}/status`;
    const { body, headers } = await answerOf(origin + path(keys[0] ?? ''));
    const bare = await startYardstick(bench, 'status', JSON.stringify({ body, headers }));

    const seconds = bench.quick ? 0.3 : SECONDS;
    const pid = house.pids.get('widget-api') ?? 0;
    const etag: Record<string, string> = { 'if-none-match': headers['etag'] ?? '' };
    const loads = await openAll(bench, [origin, bare.origin], [200, 304]);
    const of = (where: string, status: number, requests: readonly Buffer[], server: number): Promise<number> =>
      answersPerCore(loads.get(`${where} ${status}`) as HttpLoad, inTurn(requests), server, seconds);
    const both = async (where: string, server: number): Promise<{ full: number; notModified: number }> => ({
      full: await of(where, 200, [requestOf('GET', where, path(keys[0] ?? ''))], server),
      notModified: await of(where, 304, [requestOf('GET', where, path(keys[0] ?? ''), etag)], server),
    });
    const pairs = await inPairs(bench, { ours: () => both(origin, pid), yardstick: () => both(bare.origin, bare.pid) });
    const growth = await growthOf(bench, { of: 'sites', unit: 'µs', once: bench.quick ? 2 : SITES }, async (amount) => {
      await grow(amount);
      const requests = keys.slice(0, amount).map((key) => requestOf('GET', origin, path(key)));
      for (const key of keys.slice(0, amount)) await answerOf(origin + path(key));
      return async () => 1e6 / (await of(origin, 200, requests, pid));
    });
    return [
      rowOf(pairs, 'full', { id: 'P4', name: 'status query, 200', unit: '1/s per core', goal: 0.9, better: 'higher', growth }),
      rowOf(pairs, 'notModified', { id: 'P4', name: 'status query, 304', unit: '1/s per core', goal: 1, better: 'higher' }),
    ];
  },
};

async function openAll(bench: Bench, origins: readonly string[], statuses: readonly number[]): Promise<Map<string, HttpLoad>> {
  const loads = new Map<string, HttpLoad>();
  for (const origin of origins) {
    for (const status of statuses) {
      const load = await HttpLoad.open(origin, CONNECTIONS, status);
      bench.atEnd(() => load.close());
      loads.set(`${origin} ${status}`, load);
    }
  }
  return loads;
}

function inTurn(requests: readonly Buffer[]): NextRequest {
  let turn = 0;
  return () => requests[turn++ % requests.length] as Buffer;
}

/** The answer to a site's status as soon as there is one, with its own headers; those of the connection every server makes itself. */
async function answerOf(url: string): Promise<{ body: string; headers: Record<string, string> }> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetch(url);
    const body = await answer.text();
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !['connection', 'date', 'keep-alive'].includes(name)));
    if (answer.status === 200) return { body, headers };
    if (attempt === 200) throw new Error(`${url} was answered with ${answer.status}: ${body}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
