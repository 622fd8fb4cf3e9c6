import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { SiteView } from '#contract';
import { connectBus } from '#messaging';
import { AdminClient } from '../src/admin-client.js';
import type { Bench, Benchmark } from './benchmark.js';
import { openHouse } from './house.js';
import type { House } from './house.js';
import { growthOf } from './measure-growth.js';
import { amountRow, inPairs, median, rowOf } from './measure-pairs.js';
import { memoryOf } from './process-costs.js';
import type { Arrivals } from './readers.program.js';
import { seedSessions, seedTenants, tokensOf } from './seed-sessions.js';
import { startProgram, startYardstick } from './start-yardstick.js';
import type { Program } from './start-yardstick.js';

const READERS = 10_000;
const STALLED = 500;
/** Pushes of each half of a pair; their median counts. */
const PUSHES = 3;
/** After many streams were opened, before memory is looked at, ms. */
const SETTLE_MS = 1_500;

/** P5: one change to all readers of a site. From the projector's message (the yardstick: from the order) to the last reader's frame. */
export const pushToReaders: Benchmark = {
  id: 'P5',
  title: 'one change pushed to 10,000 SSE readers, against a ready-made chunk on raw sockets',
  run: async (bench) => {
    const whole = bench.quick ? 200 : READERS;
    const house = await openHouse(bench, { AMPEL_LEASE_SECONDS: '3600' });
    const stage = await openStage(bench, house, bench.quick ? [whole] : [whole / 4, whole / 2, whole]);
    const bare = await startYardstick(bench, 'push');
    const rawReaders = await startProgram(bench, 'readers.program', bare.origin);
    const pids = { ours: house.pids.get('widget-api') ?? 0, yardstick: bare.pid };

    const crowd = `${whole}`;
    const ours = await kilobytesEach(pids.ours, whole, () => stage.gather(crowd));
    const yardstick = await kilobytesEach(pids.yardstick, whole, () => rawReaders.ask({ open: crowd, paths: Array.from({ length: whole }, () => '/') }));
    bench.say(`  ${ours.toFixed(1)} KB per connection against ${yardstick.toFixed(1)}`);

    const pushed = async (): Promise<{ last: number }> => ({ last: await ofSome(bench, () => stage.push(crowd)) });
    const raw = async (): Promise<{ last: number }> => ({ last: await ofSome(bench, () => pushRaw(bare, rawReaders, crowd, stage.newestFrame())) });
    const pairs = await inPairs(bench, { ours: pushed, yardstick: raw });
    const besideStalled = await inPairs(bench, {
      ours: async () => {
        await stage.stall(crowd, bench.quick ? 10 : STALLED);
        const last = await pushed();
        await stage.endStalled();
        return last;
      },
      yardstick: pushed,
    });
    const growth = await growthOf(bench, { of: 'readers', unit: 'µs', once: bench.quick ? whole : whole / 4 }, async (amount) => {
      if (amount !== whole) await stage.gather(`${amount}`);
      return async () => (1_000 * (await ofSome(bench, () => stage.push(`${amount}`)))) / amount;
    });
    const details = { 'KB per connection, yardstick': yardstick, 'from the click to the last reader, ms': median(stage.fromClick) };
    const row = { id: 'P5', unit: 'ms', better: 'lower', goal: 1.25 } as const;
    return [
      rowOf(pairs, 'last', { ...row, name: `push to ${whole.toLocaleString('en-US')} readers, last arrival`, growth, details }),
      rowOf(besideStalled, 'last', { ...row, name: `the same beside ${STALLED} stalled readers, against without them` }),
      amountRow([ours], { ...row, name: 'memory per connection', unit: 'KB', goal: 12 }),
    ];
  },
};

interface Stage {
  /** Opens the readers of the crowd of this name, which is their number too. */
  gather(crowd: string): Promise<unknown>;
  /** Changes what the crowd's site shows; gives ms until its last reader had it. */
  push(crowd: string): Promise<number>;
  stall(crowd: string, count: number): Promise<unknown>;
  endStalled(): Promise<unknown>;
  newestFrame(): string;
  /** ms from the click's request to the last reader, of every push so far. */
  readonly fromClick: number[];
}

/** A tenant with a site and an agent per crowd, and one process that holds all readers. */
async function openStage(bench: Bench, house: House, sizes: readonly number[]): Promise<Stage> {
  const { origins } = await house.start(['admin-api', 'agent-api', 'projector', 'widget-api']);
  const admin = origins.get('admin-api') ?? '';
  const tenants = await seedTenants(house, admin, sizes.length);
  const api = new AdminClient(admin, house.settings.adminToken);
  const keys = new Map<string, string>();
  for (const [i, { tenantId }] of tenants.entries()) {
    keys.set(`${sizes[i]}`, (await api.send<SiteView>('POST', `/tenants/${tenantId}/sites`, { name: 'S', origins: [], timeZone: 'Europe/Berlin' })).key);
  }
  const sessions = await seedSessions(house, tenants, sizes.length);
  const tokens = new Map(tokensOf(house, sessions).map((token, i) => [`${sizes[i]}`, token]));
  const readers = await startProgram(bench, 'readers.program', origins.get('widget-api') ?? '');
  const told = await listen(bench, house);
  const paths = (crowd: string, count: number): string[] => Array.from({ length: count }, () => `/widget/v1/sites/${keys.get(crowd)}/stream`);
  const fromClick: number[] = [];
  const statuses = new Map<string, string>(); // everybody begins online
  return {
    fromClick,
    newestFrame: () => `event: status\nid: 7\ndata: ${JSON.stringify({ status: 'online', since: '2026-12-20T12:00:00.000Z', version: 7, next: null })}\n\n`,
    gather: (crowd) => readers.ask({ open: crowd, paths: paths(crowd, Number(crowd)) }),
    stall: (crowd, count) => readers.ask({ open: 'stalled', paths: paths(crowd, count), stalled: true }),
    endStalled: () => readers.ask({ close: 'stalled' }),
    push: async (crowd) => {
      const status = statuses.get(crowd) === 'busy' ? 'online' : 'busy';
      statuses.set(crowd, status);
      const next = told();
      const clickedAt = instant();
      await click(origins.get('agent-api') ?? '', tokens.get(crowd) ?? '', status);
      const { last } = await readers.ask<Arrivals>({ arrivals: crowd, text: `"status":"${status}"` });
      fromClick.push(last - clickedAt);
      return last - (await next);
    },
  };
}

/** Gives what to call before a change: when the projector says it on the bus. */
async function listen(bench: Bench, { natsUrl }: House): Promise<() => Promise<number>> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const bus = connectBus({ natsUrl }, quiet);
  bench.atEnd(() => bus.close());
  await new Promise<void>((resolve) => bus.onReconnect(resolve));
  let heard: (() => void) | undefined;
  bus.subscribe<{ boxes: readonly unknown[] }>('box.*', ({ boxes }) => void (boxes.length > 0 && heard?.()));
  return () => new Promise((resolve) => void (heard = () => resolve(instant())));
}

async function click(origin: string, token: string, status: string): Promise<void> {
  const answer = await fetch(`${origin}/agent/v1/status`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ status }),
  });
  if (!answer.ok) throw new Error(`a click was answered with ${answer.status}: ${await answer.text()}`);
}

async function pushRaw(server: Program, readers: Program, crowd: string, frame: string): Promise<number> {
  const mark = randomUUID();
  const at = instant();
  server.tell({ frame: frame.replace('\n\n', `\n: ${mark}\n\n`) });
  const { last } = await readers.ask<Arrivals>({ arrivals: crowd, text: mark });
  return last - at;
}

async function ofSome(bench: Bench, push: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let n = 0; n < (bench.quick ? 1 : PUSHES); n += 1) values.push(await push());
  return median(values);
}

async function kilobytesEach(pid: number, connections: number, open: () => Promise<unknown>): Promise<number> {
  const before = memoryOf(pid);
  await open();
  await pause(SETTLE_MS);
  return (memoryOf(pid) - before) / 1_024 / connections;
}

/** ms since the epoch, finer than a millisecond. */
function instant(): number {
  return performance.timeOrigin + performance.now();
}
