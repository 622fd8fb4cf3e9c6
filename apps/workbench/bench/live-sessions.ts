import { setTimeout as pause } from 'node:timers/promises';
import { ROLES } from '../src/roles.js';
import type { Bench, Benchmark, Row } from './benchmark.js';
import { Crowd } from './crowd.js';
import type { Costs, MassEnd } from './crowd.js';
import { openHouse } from './house.js';
import { HttpLoad } from './http-load.js';
import type { Answered } from './http-load.js';
import { amountRow, median, percentile, rounded } from './measure-pairs.js';

interface Crowding {
  readonly sessions: number;
  /** Every session beats once in this time. */
  readonly roundSeconds: number;
}

interface Size {
  readonly growth: readonly [Crowding, ...Crowding[]];
  readonly perTenant: number;
  readonly windows: number;
  readonly windowSeconds: number;
  /** Fall silent one after the other over the windows, and all at once. */
  readonly fading: number;
  readonly mass: number;
}
const WHOLE: Size = {
  // 10,000 beats a second would take 84 to 131 % of the one core that an agent-api has (84 to 131 µs each, most of it the kernel's).
  growth: [
    { sessions: 100_000, roundSeconds: 30 },
    { sessions: 200_000, roundSeconds: 30 },
    { sessions: 300_000, roundSeconds: 45 },
  ],
  perTenant: 500,
  windows: 5,
  windowSeconds: 4,
  fading: 2_000,
  mass: 10_000,
};
const QUICK: Size = { growth: [{ sessions: 300, roundSeconds: 1 }], perTenant: 100, windows: 1, windowSeconds: 3, fading: 20, mass: 50 };

/** Of the connections that agents have, one each, so many may be in use at a time: a beat that asks its row takes up to a second. */
const CONNECTIONS = 8_000;
/** Between the last of those who fade and the mass that ends at once, s. */
const CALM_SECONDS = 15;
/** Below this share of the beats that were meant to be sent it is another measurement. */
const ENOUGH = 0.95;

/** All services, each a process of its own, while every session beats every 30 s (45 s the most of them). */
export const liveSessions: Benchmark = {
  id: 'P7',
  title: '100,000 sessions beating 3,333 times a second, growing to 300,000 and 6,667: cost of each process, lateness of the ends',
  run: async (bench) => {
    const size = bench.quick ? QUICK : WHOLE;
    const house = await openHouse(bench);
    const { origins } = await house.start(ROLES);
    const crowd = new Crowd(house, origins, size.perTenant);
    const steps: Step[] = [];
    let ends: Ends | undefined;
    let load: HttpLoad | undefined;
    let goingOn: { stop(): Promise<unknown> } | undefined;
    for (const { sessions, roundSeconds } of size.growth) {
      await crowd.growTo(sessions);
      const duration = size.windows * size.windowSeconds;
      const last = roundSeconds + duration;
      const fading = ends ? [] : await crowd.addFading(size.fading, roundSeconds, last);
      const mass = ends ? [] : await crowd.addFading(size.mass, last + CALM_SECONDS, last + CALM_SECONDS);
      await crowd.settled();
      await crowd.arrive();
      const first = await crowd.beats();
      // Not before: whoever connects and says nothing for 15 s is sent away.
      load ??= await openLoad(bench, origins.get('agent-api') ?? '');
      await goingOn?.stop();
      const beats = beating(load, first, roundSeconds);
      await crowd.fallSilent(fading);
      await crowd.fallSilent(mass);
      await pause(roundSeconds * 1_000); // by now each of them has beaten
      const costs = await crowd.costsIn(size.windows, size.windowSeconds);
      bench.say(`  ${crowd.sessions} sessions; % of a core: ${sharesOf(costs)}`);
      ends ??= { lateness: await crowd.latenessOf(fading), mass: await crowd.endMass(mass) };
      const next = await crowd.beats();
      const answered = await beats.stop();
      const wanted = crowd.sessions / roundSeconds;
      if (answered.perSecond < ENOUGH * wanted) throw new Error(`only ${Math.round(answered.perSecond)} of ${Math.round(wanted)} beats a second`);
      steps.push({ sessions: crowd.sessions, costs, beats: answered });
      // While the next ones sign in, those who are there go on, or their leases would run out.
      goingOn = beating(load, next, roundSeconds);
    }
    return rowsOf(steps, ends as Ends, bench);
  },
};

async function openLoad(bench: Bench, origin: string): Promise<HttpLoad> {
  const load = await HttpLoad.open(origin, bench.quick ? 64 : CONNECTIONS, 204);
  bench.atEnd(() => load.close());
  await pause(1_000); // until the last connection is accepted
  return load;
}

/** Each of these is sent once per round, again and again. */
function beating(load: HttpLoad, beats: readonly Buffer[], roundSeconds: number): { stop(): Promise<Answered> } {
  let turn = 0;
  return load.pace(beats.length / roundSeconds, () => beats[turn++ % beats.length] as Buffer);
}

interface Step {
  readonly sessions: number;
  readonly costs: readonly Costs[];
  readonly beats: Answered;
}

interface Ends {
  readonly lateness: readonly number[];
  readonly mass: MassEnd;
}

function rowsOf(steps: readonly [Step, ...Step[]] | readonly Step[], { lateness, mass }: Ends, bench: Bench): Row[] {
  const first = steps[0];
  const of = `${first.sessions.toLocaleString('en-US')} sessions`;
  const share = (name: string): number[] => first.costs.map((costs) => 100 * (costs.get(name) ?? 0));
  const lower = { id: 'P7', better: 'lower' } as const;
  const growth = { of: 'sessions', unit: 'µs of all processes per beat', steps: steps.map((step) => ({ amount: step.sessions, cost: costOfBeat(step) })) };
  const details = Object.fromEntries(steps.map((step) => [`${step.sessions.toLocaleString('en-US')} sessions`, describe(step)]));
  return [
    amountRow(share('timekeeper'), { ...lower, name: `timekeeper, ${of}`, unit: '% of a core', goal: 5, growth, details }),
    amountRow(share('postgres'), { ...lower, name: `Postgres, ${of}`, unit: '% of a core', goal: 60 }),
    { ...amountRow(lateness, { ...lower, name: 'lateness of HeartbeatExpired, p99', unit: 's', goal: 2.5 }), ...p99Of(lateness, 2.5) },
    amountRow([mass.seconds], { ...lower, name: `${bench.quick ? QUICK.mass : WHOLE.mass} ends at once, all recorded`, unit: 's', goal: 10 }),
    amountRow([mass.pauseMs], { ...lower, name: 'longest pause of an event loop meanwhile', unit: 'ms', goal: 50, details: { 'ms, by process': mass.pauses } }),
  ];
}

function p99Of(values: readonly number[], goal: number): Pick<Row, 'ours' | 'met'> {
  const value = percentile(values, 0.99);
  return { ours: rounded(value), met: value <= goal };
}

/** Microseconds of all our processes, Postgres and NATS included, for one beat. */
function costOfBeat({ costs, beats }: Step): number {
  const all = costs.map((window) => [...window].reduce((sum, [name, cost]) => sum + (name === 'bench' ? 0 : cost), 0));
  return (1e6 * median(all)) / beats.perSecond;
}

function describe({ sessions, costs, beats }: Step): string {
  const rate = `${Math.round(beats.perSecond)} beats/s, p99 ${rounded(percentile(beats.latencies, 0.99))} ms`;
  return `${sessions} sessions, ${rate}; % of a core: ${sharesOf(costs)}`;
}

function sharesOf(costs: readonly Costs[]): string {
  const names = [...(costs[0]?.keys() ?? [])];
  return names.map((name) => `${name} ${(100 * median(costs.map((window) => window.get(name) ?? 0))).toFixed(1)}`).join(', ');
}
