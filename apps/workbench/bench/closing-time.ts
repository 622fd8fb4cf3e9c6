import { setTimeout as pause } from 'node:timers/promises';
import type { HoursBody } from '#domain/opening-hours/index';
import type { Bench, Benchmark } from './benchmark.js';
import { openHouse } from './house.js';
import type { House } from './house.js';
import { amountRow } from './measure-pairs.js';
import { cpuSecondsOf } from './process-costs.js';
import type { Arrivals } from './readers.program.js';
import { asAdministrator, seedSessions, seedTenants } from './seed-sessions.js';
import { seedSites } from './seed-sites.js';
import type { SeededSite } from './seed-sites.js';
import { startProgram } from './start-yardstick.js';

const TENANTS = 100;
const SCHEDULES = 50_000;
const CLOSING = 10_000;
/** After a start, before idleness is measured, and how long it is, s. */
const SETTLE = 3;
const IDLE = 8;
/** Time to seed the sites and to open a stream to each, s. */
const OPEN_STREAMS = 45;
const MINUTE_MS = 60_000;

/** C1: from the minute at which many sites close until the last of their visitors' streams says so. */
export const closingTime: Benchmark = {
  id: 'C1',
  title: '10,000 sites that close at one instant, a stream open on each',
  run: async (bench) => {
    const [closing, tenantCount] = bench.quick ? [100, 4] : [CLOSING, TENANTS];
    const house = await openHouse(bench, { AMPEL_LEASE_SECONDS: '3600' });
    const { origins } = await house.start(['admin-api', 'projector', 'widget-api', 'timekeeper']);
    const tenants = await seedTenants(house, origins.get('admin-api') ?? '', tenantCount);
    await seedSessions(house, tenants, tenantCount);

    const closesAt = Math.ceil((Date.now() + (bench.quick ? 8 : OPEN_STREAMS) * 1_000) / MINUTE_MS) * MINUTE_MS;
    const sites = await seedSites(house, tenants, closing, () => everyDay('00:00', timeOfDay(closesAt)));
    await untilFolded(house);
    const readers = await startProgram(bench, 'readers.program', origins.get('widget-api') ?? '');
    await readers.ask({ open: 'all', paths: sites.map(({ key }) => `/widget/v1/sites/${key}/stream`) });
    if (Date.now() > closesAt - 500) throw new Error('the streams were not open before closing time: the machine is too slow, or too busy');
    const { first, last } = await readers.ask<Arrivals>({ arrivals: 'all', text: '"status":"offline"' });
    const lastRow = await lastShown(house, sites);
    const name = `${closing.toLocaleString('en-US')} sites close at one instant`;
    const after = (at: number): number => (at - closesAt) / 1_000;
    const row = { id: 'C1', unit: 's', goal: 2, better: 'lower' } as const;
    return [
      amountRow([after(last)], { ...row, name: `${name}: last frame`, details: { 'first frame, s': after(first) } }),
      amountRow([after(lastRow)], { ...row, name: 'the same: last row of the shown log recorded' }),
    ];
  },
};

/** C2: what opening hours cost at start, and while nothing is due. */
export const schedulesAtRest: Benchmark = {
  id: 'C2',
  title: 'what 50,000 schedules cost at start and while nothing is due',
  run: async (bench) => {
    const [schedules, tenantCount] = bench.quick ? [400, 4] : [SCHEDULES, TENANTS];
    const house = await openHouse(bench);
    const { origins } = await house.start(['admin-api', 'projector']);
    const tenants = await seedTenants(house, origins.get('admin-api') ?? '', tenantCount);
    const without = await startTimekeeper(bench, house);
    await without.stop();
    await seedSites(house, tenants, schedules, laterToday);
    await untilFolded(house);
    const withAll = await startTimekeeper(bench, house);
    const row = { id: 'C2', better: 'lower' } as const;
    const idle = { 'without schedules, % of a core': without.idle, 'with them, % of a core': withAll.idle };
    return [
      amountRow([withAll.seconds], {
        ...row, name: `timekeeper with ${schedules.toLocaleString('en-US')} schedules, start until ready`, unit: 's', goal: 5,
        details: { 'without schedules, s': without.seconds },
      }),
      amountRow([Math.max(0, withAll.idle - without.idle)], {
        ...row, name: 'what they add to timekeeper and Postgres while idle', unit: '% of a core', goal: 0.5, details: idle,
      }),
    ];
  },
};

/** Starts it and looks how long that takes, and at what it and Postgres cost afterwards. */
async function startTimekeeper(bench: Bench, house: House): Promise<{ seconds: number; idle: number; stop(): Promise<void> }> {
  const began = performance.now();
  const { stop } = await house.start(['timekeeper']);
  const seconds = (performance.now() - began) / 1_000;
  await pause((bench.quick ? 0.2 : SETTLE) * 1_000);
  const pids = ['timekeeper', 'postgres'].map((name) => house.pids.get(name) ?? 0);
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const before = cpu();
  const idleSeconds = bench.quick ? 0.5 : IDLE;
  await pause(idleSeconds * 1_000);
  return { seconds, idle: (100 * (cpu() - before)) / idleSeconds, stop };
}

/** Open now, and their next turn hours away. */
function laterToday(n: number): HoursBody {
  return everyDay('00:00', timeOfDay(Date.now() + (3 + (n % 5)) * 3_600_000));
}

function everyDay(opens: string, closes: string): HoursBody {
  return { weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], opens, closes }] };
}

/** UTC, HH:MM. */
function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

async function untilFolded(house: House): Promise<void> {
  await asAdministrator(house, async (admin) => {
    for (;;) {
      const { rows } = await admin.query(
        'SELECT FROM store.partition_head h LEFT JOIN read.checkpoint c USING (partition) WHERE h.pos > coalesce(c.position, 0) LIMIT 1',
      );
      if (rows.length === 0) return;
      await pause(50);
    }
  });
}

/** When the last of these boxes was recorded as closed, ms. */
async function lastShown(house: House, sites: readonly SeededSite[]): Promise<number> {
  await untilFolded(house);
  return asAdministrator(house, async (admin) => {
    for (;;) {
      const { rows } = await admin.query<{ count: string; last: number }>(
        `SELECT count(DISTINCT site_id) AS count, extract(epoch FROM max(shown_from))::float8 * 1000 AS last FROM read.shown
         WHERE site_id = ANY ($1::text[]) AND status = 'offline' AND before = 'online'`,
        [sites.map(({ siteId }) => siteId)],
      );
      if (Number(rows[0]?.count) >= sites.length) return rows[0]?.last ?? Number.NaN;
      await pause(100);
    }
  });
}
