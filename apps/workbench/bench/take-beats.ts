import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { answersPerCore } from './answers-per-core.js';
import type { Benchmark } from './benchmark.js';
import { openHouse } from './house.js';
import { HttpLoad, requestOf } from './http-load.js';
import type { NextRequest } from './http-load.js';
import { growthOf } from './measure-growth.js';
import { inPairs, rowOf } from './measure-pairs.js';
import { seedSessions, seedTenants, tokensOf } from './seed-sessions.js';
import { startYardstick } from './start-yardstick.js';

const CONNECTIONS = 64;
const SESSIONS = 2_000;
const TENANTS = 20;
const SECONDS = 2; // of each measurement

/** P6: heartbeats as agent-api takes them in production, its writing to the lease rows included. */
export const takeBeats: Benchmark = {
  id: 'P6',
  title: 'heartbeats taken in over HTTP on one core, against bare node:http with a look-up of the token',
  run: async (bench) => {
    const house = await openHouse(bench, { AMPEL_LEASE_SECONDS: '600' });
    const { origins } = await house.start(['admin-api', 'agent-api', 'projector']);
    const origin = origins.get('agent-api') ?? '';
    const tenants = await seedTenants(house, origins.get('admin-api') ?? '', bench.quick ? 2 : TENANTS);
    const once = bench.quick ? 100 : SESSIONS;
    const tokens = tokensOf(house, await seedSessions(house, tenants, bench.quick ? once : 4 * once));
    const file = path.join(bench.folder, 'tokens');
    writeFileSync(file, tokens.slice(0, once).join('\n'));
    const bare = await startYardstick(bench, 'beat', file);

    const seconds = bench.quick ? 0.3 : SECONDS;
    const open = async (where: string): Promise<HttpLoad> => {
      const load = await HttpLoad.open(where, CONNECTIONS, 204);
      bench.atEnd(() => load.close());
      return load;
    };
    const [ours, theirs] = [await open(origin), await open(bare.origin)];
    const pid = house.pids.get('agent-api') ?? 0;
    const pairs = await inPairs(bench, {
      ours: async () => ({ perCore: await answersPerCore(ours, beats(origin, tokens.slice(0, once)), pid, seconds) }),
      yardstick: async () => ({ perCore: await answersPerCore(theirs, beats(bare.origin, tokens.slice(0, once)), bare.pid, seconds) }),
    });
    const growth = await growthOf(bench, { of: 'sessions', unit: 'µs', once }, async (amount) => {
      const next = beats(origin, tokens.slice(0, amount));
      await answersPerCore(ours, next, pid, seconds); // by now every session is known
      return async () => 1e6 / (await answersPerCore(ours, next, pid, seconds));
    });
    return [rowOf(pairs, 'perCore', { id: 'P6', name: 'heartbeat', unit: '1/s per core', goal: 0.85, better: 'higher', growth })];
  },
};

function beats(origin: string, tokens: readonly string[]): NextRequest {
  const requests = tokens.map((token) =>
    requestOf('POST', origin, '/agent/v1/heartbeat', { authorization: `Bearer ${token}`, 'content-length': '0' }),
  );
  let turn = 0;
  return () => requests[turn++ % requests.length] as Buffer;
}
