import { setTimeout as pause } from 'node:timers/promises';
import { readData } from '#apps/projector/src/replay/read-data';
import { ReplayedPartition } from '#apps/projector/src/replay/replayed-partition';
import type { ReplayView } from '#contract';
import { createPools } from '#database';
import { type LogPage, LogReader } from '#event-store';
import type { Benchmark, Growth, Row } from './benchmark.js';
import { type Backlog, openBacklog } from './fold-backlog.js';
import type { House } from './house.js';
import { amountRow, inPairs, type Pair, rounded, rowOf } from './measure-pairs.js';
import { peakMemoryOf } from './process-costs.js';
import { asAdministrator } from './seed-sessions.js';
import { copyLog } from './yardsticks/copy-log.js';

const EVENTS = 5_000_000;
const QUICK_EVENTS = 2_000;
const SIZE = { tenants: 100, agents: 5_000 };
const QUICK = { tenants: 4, agents: 20 };
const LOOK_MS = 50;
/** Pages of the log held in memory for the fold alone. */
const PAGES = 200;
const PAGE = 1_000;
const MIB = 2 ** 20;
const ROW = { id: 'P8', unit: 'events/s', better: 'higher' } as const;

/** P8: verify and rebuild of the whole read model, as the admin API carries them out, beside copying the same columns out. */
export const replayLog: Benchmark = {
  id: 'P8',
  title: 'rebuild of the read model from 5 million events',
  run: async (bench) => {
    const backlog = await openBacklog(bench, bench.quick ? QUICK : SIZE);
    const { house } = backlog;
    const memory = (): number => rounded(peakMemoryOf(house.pids.get('projector') ?? 0) / MIB);
    const rows: Row[] = [];
    const steps: Growth['steps'][number][] = [];
    let events = 0;
    let largest: readonly Pair<'verify' | 'fold'>[] = [];
    for (const part of bench.quick ? [1] : [4, 2, 1]) {
      const wanted = (bench.quick ? QUICK_EVENTS : (bench.events ?? EVENTS)) / part;
      events = await backlog.grow(wanted - events);
      const pages = await pagesOf(backlog);
      // A verify of millions takes a minute and more: the larger logs once are enough.
      largest = await inPairs(bench, {
        ours: async () => ({ verify: (await replayed(backlog, 'verify')).rate, fold: foldRate(pages) }),
        yardstick: () => copyRate(house, events),
      }, part === 4 ? {} : { pairs: 1, warmUp: false });
      const name = `verify, ${events.toLocaleString('en-US')} events${largest.length === 1 ? ', once' : ''}`;
      const verify = rowOf(largest, 'verify', { ...ROW, name, goal: 0.4, details: { 'memory of the projector so far, MiB': memory() } });
      steps.push({ amount: events, cost: 1e6 / verify.ours });
      rows.push(verify);
      if (rows.length === 1) rows.push(rowOf(largest, 'fold', { ...ROW, name: 'the fold alone', goal: 0.8 }));
      bench.say(`  ${events} events, the projector's memory so far ${memory()} MiB`);
    }
    const { rate, drift } = await rebuiltFromNothing(backlog);
    const rebuilt = largest.map((pair) => ({ ours: { rate }, yardstick: { rate: pair.yardstick.verify } }));
    const [first, ...others] = rows as [Row, ...Row[]];
    return [
      { ...first, growth: { of: 'events', unit: 'µs per event', steps } },
      ...others,
      rowOf(rebuilt, 'rate', { ...ROW, name: 'rebuild of rows that were all gone', goal: 0.4, details: { 'rows written': drift } }),
      amountRow([memory()], { ...ROW, name: 'memory of the projector', unit: 'MiB', better: 'lower', goal: 512 }),
    ];
  },
};

/** Copies the log out. Gives events a second, by which both figures of ours are measured. */
async function copyRate(house: House, events: number): Promise<{ verify: number; fold: number }> {
  const began = performance.now();
  await copyLog(house.database.admin);
  const rate = (1_000 * events) / (performance.now() - began);
  return { verify: rate, fold: rate };
}

/** Asks for a replay and waits for its end. Gives events a second. */
async function replayed({ api }: Backlog, mode: 'verify' | 'rebuild'): Promise<{ rate: number; drift: number }> {
  const { id } = await api.send<ReplayView>('POST', '/replays', { mode });
  let began: number | null = null;
  for (;;) {
    const run = await api.send<ReplayView>('GET', `/replays/${id}`);
    if (run.state !== 'queued') began ??= performance.now();
    if (run.state === 'done') {
      const ms = Math.max(1, Date.parse(run.finishedAt ?? '') - Date.parse(run.requestedAt));
      return { rate: (1_000 * run.processed) / ms, drift: run.drift };
    }
    if (run.state === 'failed') throw new Error(run.fault ?? 'the replay failed');
    await pause(LOOK_MS);
  }
}

/** Takes away everything that a rebuild can write, and has it written. */
async function rebuiltFromNothing(backlog: Backlog): Promise<{ rate: number; drift: number }> {
  await asAdministrator(backlog.house, async (admin) => {
    await admin.query(`SET ampel.scope = 'all'`);
    for (const table of ['agent', 'tenant_group', 'box', 'agent_interval']) await admin.query(`DELETE FROM read.${table}`);
  });
  return replayed(backlog, 'rebuild');
}

async function pagesOf({ house, tenants }: Backlog): Promise<{ partition: number; page: LogPage }[]> {
  const pools = createPools(house.database.service);
  const pages: { partition: number; page: LogPage }[] = [];
  for (const partition of new Set(tenants.map((tenant) => tenant.partition))) {
    for (let after = 0; pages.length < PAGES; after += PAGE) {
      const page = await new LogReader({ readData }).page(pools.engine, { partition, after, upTo: Number.MAX_SAFE_INTEGER, tenantId: null }, PAGE);
      if (page.events.length === 0) break;
      pages.push({ partition, page });
    }
  }
  await pools.close();
  return pages;
}

function foldRate(pages: readonly { partition: number; page: LogPage }[]): number {
  const folding = new Map<number, ReplayedPartition>();
  const began = performance.now();
  let events = 0;
  for (const { partition, page } of pages) {
    let own = folding.get(partition);
    if (!own) folding.set(partition, (own = new ReplayedPartition(partition, () => undefined)));
    own.fold(page.events, page.lines);
    events += page.events.length;
  }
  return (1_000 * events) / (performance.now() - began);
}

