import { setTimeout as pause } from 'node:timers/promises';
import { readData } from '#apps/projector/src/replay/read-data';
import { ReplayedPartition } from '#apps/projector/src/replay/replayed-partition';
import type { ReplayView } from '#contract';
import { createPools } from '#database';
import { type LogPage, LogReader } from '#event-store';
import type { Benchmark, Growth } from './benchmark.js';
import { type Backlog, openBacklog } from './fold-backlog.js';
import { amountRow, inPairs, rounded, rowOf } from './measure-pairs.js';
import { peakMemoryOf } from './process-costs.js';
import { asAdministrator } from './seed-sessions.js';
import { copyLog } from './yardsticks/copy-log.js';

const EVENTS = 5_000_000;
const SIZE = { tenants: 100, agents: 5_000 };
const QUICK = { tenants: 4, agents: 20 };
const LOOK_MS = 50;
/** Pages of the log held in memory for the fold alone. */
const PAGES = 200;
const PAGE = 1_000;
const MIB = 2 ** 20;

/** P8: verify and rebuild of the whole read model, as the admin API carries them out, beside copying the same columns out. */
export const replayLog: Benchmark = {
  id: 'P8',
  title: 'rebuild of the read model from 5 million events',
  run: async (bench) => {
    const backlog = await openBacklog(bench, bench.quick ? QUICK : SIZE);
    const { house } = backlog;
    const growing: { amount: number; cost: number }[] = [];
    let events = 0;
    const yardstick = async () => {
      const began = performance.now();
      await copyLog(house.database.admin);
      return { rate: (1_000 * events) / (performance.now() - began) };
    };
    const memory = (): number => rounded(peakMemoryOf(house.pids.get('projector') ?? 0) / MIB);
    const beside: Record<string, string> = {};
    for (const part of bench.quick ? [1] : [4, 2, 1]) {
      const wanted = (bench.quick ? 2_000 : (bench.events ?? EVENTS)) / part;
      events = await backlog.grow(wanted - events);
      const [ours, theirs] = [(await replayed(backlog, 'verify')).rate, (await yardstick()).rate];
      growing.push({ amount: events, cost: 1e6 / ours });
      beside[`at ${events.toLocaleString('en-US')} events`] = `${rounded(ours)} against ${rounded(theirs)}, ${memory()} MiB`;
      bench.say(`  ${events} events: verify ${rounded(ours)}/s against ${rounded(theirs)}/s, the projector's memory so far ${memory()} MiB`);
    }
    const pairs = await inPairs(bench, { ours: async () => ({ rate: (await replayed(backlog, 'verify')).rate }), yardstick });
    const growth: Growth = { of: 'events', unit: 'µs per event', steps: growing };
    const rebuilt = await rebuiltFromNothing(backlog);
    const peak = memory();
    const pages = await pagesOf(backlog);
    const folds = await inPairs(bench, { ours: () => Promise.resolve({ rate: foldRate(pages) }), yardstick });
    const row = { id: 'P8', unit: 'events/s', better: 'higher' } as const;
    return [
      rowOf(pairs, 'rate', { ...row, name: `verify, ${events.toLocaleString('en-US')} events`, goal: 0.4, growth, details: beside }),
      rowOf(pairs.map((pair) => ({ ...pair, ours: { rate: rebuilt.rate } })), 'rate', {
        ...row,
        name: 'rebuild of rows that were all gone',
        goal: 0.4,
        details: { 'rows written': rebuilt.drift },
      }),
      rowOf(folds, 'rate', { ...row, name: 'the fold alone', goal: 0.8 }),
      amountRow([peak], { ...row, name: 'memory of the projector', unit: 'MiB', better: 'lower', goal: 512 }),
    ];
  },
};

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

