import { setTimeout as pause } from 'node:timers/promises';
import type { Benchmark, Growth } from './benchmark.js';
import { type Backlog, openBacklog } from './fold-backlog.js';
import { inPairs, percentile, rounded, rowOf } from './measure-pairs.js';
import { readByKey } from './yardsticks/copy-log.js';

const EVENTS = 1_000_000;
const AGENTS = 200;
const ASKED = 200;
const P99_GOAL_MS = 20;
/** Pause between two questions that are told to come again. */
const AGAIN_MS = 1_000;

/** When the events happened, ms since 1970: beyond it there is one place to answer from, and it would be asked for again and again. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** P10: status as of any instant and a page of history, of one tenant with a million events, beside a read by primary key. */
export const askThePast: Benchmark = {
  id: 'P10',
  title: 'as-of query and history page on a tenant with a million events',
  run: async (bench) => {
    const backlog = await openBacklog(bench, { tenants: 1, agents: bench.quick ? 5 : AGENTS });
    const { house, tenants: [tenant] } = backlog;
    const span = { from: Date.now(), to: Date.now() };
    const asked = bench.quick ? 5 : ASKED;
    const steps: Growth['steps'][number][] = [];
    let [events, first] = [0, 0];
    for (const part of bench.quick ? [1] : [4, 2, 1]) {
      span.to = Date.now();
      events = await backlog.grow((bench.quick ? 500 : EVENTS) / part - events);
      first = await firstAnswer(backlog, span);
      steps.push({ amount: events, cost: percentile(await asOf(backlog, span, asked), 0.99) });
      bench.say(`  ${events} events, the first answer after ${Math.round(first)} ms`);
    }
    const keys = Array.from({ length: asked }, () => tenant?.tenantId ?? '');
    const yardstick = async () => ({ ms: percentile(await readByKey(house.database.admin, 'directory.tenant', keys), 0.99) });
    const pairs = await inPairs(bench, { ours: async () => ({ ms: percentile(await asOf(backlog, span, asked), 0.99) }), yardstick });
    const pages = await inPairs(bench, { ours: async () => ({ ms: percentile(await historyPages(backlog, span, asked), 0.99) }), yardstick });
    const inMs = (row: ReturnType<typeof rowOf>) => ({ ...row, met: row.ours <= P99_GOAL_MS });
    const row = { id: 'P10', unit: 'ms, p99', goal: P99_GOAL_MS, better: 'lower' } as const;
    const growth: Growth = { of: 'events', unit: 'ms, p99', steps };
    const details = { 'first answer after the load, ms': rounded(first) };
    return [inMs(rowOf(pairs, 'ms', { ...row, name: 'status as of an instant', growth, details })), inMs(rowOf(pages, 'ms', { ...row, name: 'a page of history' }))];
  },
};

/** Many events have come at once, by which nobody has walked yet: the first to ask waits for that. Gives the ms until the answer. */
async function firstAnswer(backlog: Backlog, span: Span): Promise<number> {
  const asked = performance.now();
  for (;;) {
    try {
      await asOf(backlog, span, 1);
      return performance.now() - asked;
    } catch (error) {
      if (!String(error).includes('answered with 503')) throw error;
      await pause(AGAIN_MS);
    }
  }
}

function asOf(backlog: Backlog, span: Span, count: number): Promise<number[]> {
  const { tenants: [tenant], siteIds: [siteId] } = backlog;
  return timed(backlog, span, count, (at) => `/tenants/${tenant?.tenantId}/sites/${siteId}/status?at=${at}`);
}

function historyPages(backlog: Backlog, span: Span, count: number): Promise<number[]> {
  const { tenants: [tenant], siteIds: [siteId] } = backlog;
  return timed(backlog, span, count, (at) => `/tenants/${tenant?.tenantId}/history?siteId=${siteId}&from=${at}&limit=100`);
}

/** Asks at instants spread evenly over the time in which the events lie, one after the other; gives the milliseconds of each. */
async function timed({ api }: Backlog, { from, to }: Span, count: number, path: (at: string) => string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const at = new Date(from + ((to - from) * n) / count).toISOString();
    const asked = performance.now();
    await api.send('GET', path(at));
    times.push(performance.now() - asked);
  }
  return times;
}
