import { setTimeout as pause } from 'node:timers/promises';
import type { Role } from '../src/roles.js';
import type { House } from './house.js';
import { requestOf } from './http-load.js';
import { cpuSecondsOf } from './process-costs.js';
import { asAdministrator, openLeases, seedTenants, signInAll, tokensOf } from './seed-sessions.js';
import type { SeededSession, SeededTenant } from './seed-sessions.js';

/** Seconds of processor time per second, by process; `bench` is this one, which makes the load. */
export type Costs = ReadonlyMap<string, number>;

export interface MassEnd {
  /** From the instant at which the first may be ended to the last one recorded, s. */
  readonly seconds: number;
  /** Longest pause of the event loop of any service meanwhile, ms. */
  readonly pauseMs: number;
  /** That of each, in words. */
  readonly pauses: string;
}

/** After its deadline a session is left in peace for so long (behaviour D9), ms. */
const SLACK_MS = 1_000;
/** The shortest there is, s. */
const SHORTEST_LEASE = 2;
/** Longer than an end may take when everything fails, ms. */
const PATIENCE_MS = 60_000;

/** Tokens made between two looks at the connections: some ten milliseconds. */
const SIGNED_AT_ONCE = 1_000;

const LAGS = /^ampel_(?:projector_lag_events|relay_lag_facts)\{.*\} (\S+)$/gm;
const CONSUMED = /^ampel_consumed_events_total\{.*\} (\S+)$/gm;
const sumOf = (page: string, values: RegExp): number => [...page.matchAll(values)].reduce((sum, [, value]) => sum + Number(value), 0);

/** Many agents who are signed in; they beat while `beating`, each once per round. */
export class Crowd {
  readonly #sessions: SeededSession[] = [];
  readonly #tenants: SeededTenant[] = [];
  #coming: SeededSession[] = [];

  constructor(
    private readonly house: House,
    private readonly origins: ReadonlyMap<Role, string>,
    private readonly perTenant: number,
  ) {}

  get sessions(): number {
    return this.#sessions.length;
  }

  /** More sign in; their leases begin with `arrive`, when what their sign-ins have caused is over. */
  async growTo(count: number): Promise<void> {
    const more = count - this.sessions;
    const tenants = await seedTenants(this.house, this.#origin('admin-api'), Math.ceil(more / this.perTenant));
    this.#tenants.push(...tenants);
    const sessions = await signInAll(this.house, tenants, more, () => this.house.settings.leaseSeconds);
    this.#coming.push(...sessions);
    for (const session of sessions) this.#sessions.push(session);
  }

  /** Waits until what was written by `growTo` is projected, published and consumed: it is not what is measured. */
  async settled(): Promise<void> {
    let consumed = Number.NaN;
    for (;;) {
      const pages = (await Promise.all([this.#page('projector'), this.#page('relay')])).join('\n');
      const before = consumed;
      consumed = sumOf(pages, CONSUMED);
      if (sumOf(pages, LAGS) === 0 && consumed === before) return;
      await pause(1_000);
    }
  }

  async arrive(): Promise<void> {
    await openLeases(this.house, this.#coming);
    this.#coming = [];
  }

  /** One beat of each who is there now, ready to be sent; good for ten minutes, as access tokens are. */
  async beats(): Promise<Buffer[]> {
    const beats: Buffer[] = [];
    for (let from = 0; from < this.sessions; from += SIGNED_AT_ONCE) {
      for (const token of tokensOf(this.house, this.#sessions.slice(from, from + SIGNED_AT_ONCE))) {
        const headers = { authorization: `Bearer ${token}`, 'content-length': '0' };
        beats.push(requestOf('POST', this.#origin('agent-api'), '/agent/v1/heartbeat', headers));
      }
      await pause(1); // for those who beat meanwhile
    }
    return beats;
  }

  /** Agents who sign in and never beat: one lease after the other runs out between `from` and `to`, in s after `fallSilent`. */
  addFading(count: number, from: number, to: number): Promise<SeededSession[]> {
    return signInAll(this.house, this.#tenants, count, (n) => Math.max(SHORTEST_LEASE, Math.round(from + (n / count) * (to - from))));
  }

  /** They are seen for the last time. Their sign-ins were written before, so that nothing but their ends comes to the load of the others. */
  fallSilent(sessions: readonly SeededSession[]): Promise<void> {
    return openLeases(this.house, sessions);
  }

  /** What each process costs, in windows one after the other. */
  async costsIn(windows: number, seconds: number): Promise<Costs[]> {
    const processes = [...this.house.pids, ['bench', process.pid] as const];
    const costs: Costs[] = [];
    for (let window = 0; window < windows; window += 1) {
      const began = performance.now();
      const before = processes.map(([, pid]) => cpuSecondsOf(pid, pid !== process.pid));
      await pause(seconds * 1_000);
      const passed = (performance.now() - began) / 1_000;
      costs.push(new Map(processes.map(([name, pid], i) => [name, (cpuSecondsOf(pid, pid !== process.pid) - (before[i] ?? 0)) / passed])));
    }
    return costs;
  }

  /** How long after its deadline each end was recorded, s. Waits until all are. */
  async latenessOf(sessions: readonly SeededSession[]): Promise<number[]> {
    const ends = await this.#endsOf(sessions);
    return ends.map(({ effectiveAt, recordedAt }) => (recordedAt - effectiveAt) / 1_000);
  }

  /** Waits for the end of sessions that fell silent at the same instant. */
  async endMass(sessions: readonly SeededSession[]): Promise<MassEnd> {
    await this.#longestPauses(); // reading them begins a new measurement
    const ends = await this.#endsOf(sessions);
    const last = Math.max(...ends.map(({ recordedAt }) => recordedAt));
    const first = Math.min(...ends.map(({ effectiveAt }) => effectiveAt));
    const pauses = await this.#longestPauses();
    const told = pauses.map(({ role, ms }) => `${role} ${Math.round(ms)}`).join(', ');
    return { seconds: (last - first - SLACK_MS) / 1_000, pauseMs: Math.max(...pauses.map(({ ms }) => ms)), pauses: told };
  }

  async #endsOf(sessions: readonly SeededSession[]): Promise<{ effectiveAt: number; recordedAt: number }[]> {
    const patience = performance.now() + Math.max(...sessions.map(({ leaseSeconds }) => leaseSeconds)) * 1_000 + PATIENCE_MS;
    const ids = sessions.map(({ agentId }) => `agent-${agentId}`);
    for (;;) {
      const { rows } = await asAdministrator(this.house, (admin) =>
        admin.query<{ effectiveAt: number; recordedAt: number }>(
          `SELECT extract(epoch FROM effective_at)::float8 * 1000 AS "effectiveAt", extract(epoch FROM recorded_at)::float8 * 1000 AS "recordedAt"
           FROM store.event WHERE type = 'HeartbeatExpired' AND stream_id = ANY ($1::text[])`,
          [ids],
        ),
      );
      if (rows.length >= sessions.length) return rows;
      if (performance.now() > patience) throw new Error(`only ${rows.length} of ${sessions.length} silent sessions were ended`);
      await pause(1_000);
    }
  }

  /** Of each service since the last reading, ms. */
  async #longestPauses(): Promise<{ role: Role; ms: number }[]> {
    const lag = async (role: Role): Promise<number> => Number(/^ampel_nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await this.#page(role))?.[1]);
    return Promise.all([...this.origins.keys()].map(async (role) => ({ role, ms: (await lag(role)) * 1_000 })));
  }

  async #page(role: Role): Promise<string> {
    return (await fetch(`${this.#origin(role)}/metrics`)).text();
  }

  #origin(role: Role): string {
    return this.origins.get(role) ?? '';
  }
}
