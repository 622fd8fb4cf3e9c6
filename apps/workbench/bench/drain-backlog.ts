import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Benchmark, Growth } from './benchmark.js';
import { openHouse } from './house.js';
import type { House } from './house.js';
import { amountRow } from './measure-pairs.js';
import { cpuSecondsOf, peakMemoryOf } from './process-costs.js';
import { seedBacklog } from './seed-backlog.js';
import { asAdministrator, openLeases, seedTenants, signInAll } from './seed-sessions.js';
import { AdminClient } from '../src/admin-client.js';

const EVENTS = 1_000_000;
const AGENTS = 5_000;
const TENANTS = 100;
/** Progress is looked at this often, ms. */
const LOOK_MS = 500;

/** P9: the projector after an absence: every event is folded, rows, shown log and checkpoint are written in the same transactions. */
export const drainBacklog: Benchmark = {
  id: 'P9',
  title: 'the projector, sustained: a backlog of a million events',
  run: async (bench) => {
    const house = await openHouse(bench);
    const door = await house.start(['admin-api', 'projector']); // commands of admins wait until the projector has seen them
    const tenants = await seedTenants(house, door.origins.get('admin-api') ?? '', bench.quick ? 4 : TENANTS);
    const api = new AdminClient(door.origins.get('admin-api') ?? '', house.settings.adminToken);
    for (const { tenantId } of tenants) await api.send('POST', `/tenants/${tenantId}/sites`, { name: 'S', origins: [], timeZone: 'UTC' });
    const agents = await signInAll(house, tenants, bench.quick ? 20 : AGENTS, () => 3_600);
    await openLeases(house, agents);
    await door.stop();
    await drain(bench, house); // what was seeded

    const whole = bench.quick ? 400 : EVENTS;
    let turned = 1;
    const runs: Drained[] = [];
    for (const part of bench.quick ? [1] : [4, 2, 1]) {
      const turns = 2 * Math.round(whole / part / agents.length / 2);
      bench.say(`  ${await seedBacklog(house, agents, turns, turned)} events`);
      turned += turns;
      runs.push(await drain(bench, house));
    }
    const steps = runs.map(({ events, cpuSeconds }): Growth['steps'][number] => ({ amount: events, cost: (1e6 * cpuSeconds) / events }));
    const { rates, peakMemory, events, seconds, projectorSeconds } = runs.at(-1) as Drained;
    const growth = { of: 'events', unit: 'µs of projector and Postgres per event', steps };
    const details = { seconds, 'µs of the projector per event': (1e6 * projectorSeconds) / events };
    return [
      amountRow(rates, { id: 'P9', name: `projector, backlog of ${events.toLocaleString('en-US')}`, unit: 'events/s', goal: 50_000, better: 'higher', growth, details }),
      amountRow([peakMemory / 2 ** 20], { id: 'P9', name: 'its memory meanwhile', unit: 'MiB', goal: 512, better: 'lower' }),
    ];
  },
};

interface Drained {
  readonly events: number;
  readonly seconds: number;
  /** Events a second, of one look after the other. */
  readonly rates: readonly number[];
  readonly cpuSeconds: number;
  readonly projectorSeconds: number;
  readonly peakMemory: number;
}

/** Starts a projector, waits until it has caught up, and stops it. The time runs from its first events. */
async function drain(bench: Bench, house: House): Promise<Drained> {
  const before = await progress(house);
  const running = await house.start(['projector']);
  const pids = [house.pids.get('projector') ?? 0, house.pids.get('postgres') ?? 0] as const;
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const rates: number[] = [];
  let last = { at: performance.now(), done: before.done };
  const began = { ...last, cpu: cpu(), own: cpuSecondsOf(pids[0]) };
  const patience = performance.now() + 180_000;
  for (;;) {
    await pause(LOOK_MS);
    const { done, head } = await progress(house);
    const now = { at: performance.now(), done };
    if (done < head) rates.push((1_000 * (done - last.done)) / (now.at - last.at));
    last = now;
    if (done >= head) break;
    if (now.at > patience) throw new Error(`the projector stands at ${done} of ${head}; its log is ${bench.folder}`);
  }
  const seconds = (last.at - began.at) / 1_000;
  const events = last.done - before.done;
  const drained: Drained = {
    events, seconds, rates: rates.length > 0 ? rates : [events / seconds],
    cpuSeconds: cpu() - began.cpu, projectorSeconds: cpuSecondsOf(pids[0]) - began.own, peakMemory: peakMemoryOf(pids[0]),
  };
  await running.stop();
  bench.say(`  ${events} events in ${seconds.toFixed(1)} s`);
  return drained;
}

/** Events folded so far, and in the log, of all partitions. */
async function progress(house: House): Promise<{ done: number; head: number }> {
  return asAdministrator(house, async (admin) => {
    const { rows } = await admin.query<{ done: string; head: string }>(
      'SELECT (SELECT sum(position) FROM read.checkpoint) AS done, (SELECT sum(pos) FROM store.partition_head) AS head',
    );
    return { done: Number(rows[0]?.done), head: Number(rows[0]?.head) };
  });
}
