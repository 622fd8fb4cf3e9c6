import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '#embedded-servers';
import { type Bus, connectBus, factsOfPartition, POSITION_HEADER, STREAM } from '#messaging';
import { eventually, isRunning, type ReadyAmpel, type RunFile, startAmpel } from '#testing';
import type { Place } from '../client/index.js';

/** Six services need six ports in a row; below the range that systems give out by themselves. */
const PORTS = { from: 20_000, to: 32_000, step: 10 };
/** The services of a killed start process end by themselves, at the latest by force, ms. */
const ORPHANS_MS = 15_000;
const SQL_MS = 2_000;

/**
 * A real Ampel in split mode that a run does harm to: its addresses stay the same over restarts, its processes are known by their ids, and
 * behind it the run may look into Postgres and the bus.
 */
export class Stage implements Place {
  #ampel: ReadyAmpel;
  /** Kept when nobody can be asked: while all is down. */
  #run: RunFile;
  #bus: Bus;

  private constructor(
    ampel: ReadyAmpel,
    private readonly env: Readonly<Record<string, string>>,
    readonly leaseSeconds: number,
  ) {
    this.#ampel = ampel;
    this.#run = ampel.run();
    this.#bus = busOf(this.#run);
  }

  static async open(leaseSeconds: number): Promise<Stage> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'ampel-chaos-'));
    chmodSync(dataDir, 0o755); // as root, Postgres runs as another user
    const env = { AMPEL_SEED: 'none', AMPEL_LEASE_SECONDS: String(leaseSeconds), AMPEL_PORT: String(await sixFreePorts()) };
    const ampel = await startAmpel({ split: true, dataDir, env });
    return new Stage(ampel, env, leaseSeconds);
  }

  get urls(): RunFile['urls'] {
    return this.#run.urls;
  }

  get adminToken(): string {
    return this.#ampel.adminToken;
  }

  get dataDir(): string {
    return this.#ampel.dataDir;
  }

  /** Process id of `npm start`'s program itself. */
  get pid(): number {
    return this.#ampel.pid;
  }

  /** As run.json lists them; as last known while there is none. */
  processes(): RunFile['processes'] {
    try {
      this.#run = this.#ampel.run();
    } catch {
      // it is being restarted
    }
    return this.#run.processes;
  }

  /** A role, `nats` or `postgres`. Throws if there is none. */
  process(role: string): RunFile['processes'][number] {
    const found = this.processes().find((one) => one.role === role);
    if (!found) throw new Error(`run.json lists no ${role}`);
    return found;
  }

  /** Rows of a statement, as the administrator, on a connection of its own. Rejects within some seconds while Postgres is away. */
  async rows<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = [], withinMs = SQL_MS): Promise<T[]> {
    const client = new pg.Client({
      connectionString: this.#run.databaseUrl,
      connectionTimeoutMillis: withinMs,
      query_timeout: withinMs,
      application_name: 'chaos',
    });
    client.on('error', () => undefined); // a killed server; the query rejects as well
    try {
      await client.connect();
      return (await client.query<T>(text, [...values])).rows;
    } finally {
      void client.end().catch(() => undefined);
    }
  }

  /** The last position of a partition's events in the stream; 0 if there is none. Rejects while the bus is away. */
  async publishedUpTo(partition: number): Promise<number> {
    const { manager } = this.#bus.connection();
    const message = await manager.streams.getMessage(STREAM, { last_by_subj: factsOfPartition('event', partition) });
    return Number(message?.header.get(POSITION_HEADER) ?? 0);
  }

  /** Everything of the stream on the bus, in its order: the ids of the messages and their subjects. */
  async published(): Promise<{ id: string; subject: string }[]> {
    const { jetstream, manager } = this.#bus.connection();
    const { state } = await manager.streams.info(STREAM);
    const messages: { id: string; subject: string }[] = [];
    if (state.messages === 0) return messages;
    const consumer = await jetstream.consumers.get(STREAM);
    for await (const message of await consumer.consume()) {
      messages.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', subject: message.subject });
      if (message.seq >= state.last_seq) break;
    }
    return messages;
  }

  /** Ends everything (SIGTERM: in good order; SIGKILL: the start process dies and takes all with it) and gives the old processes. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<RunFile['processes']> {
    const old = this.processes();
    await this.#ampel.stop(signal);
    await eventually(() => old.every(({ pid }) => !isRunning(pid)), { within: ORPHANS_MS, every: 50 });
    return old;
  }

  /** Starts everything again, with the same data and on the same ports. */
  async startAgain(): Promise<void> {
    this.#ampel = await startAmpel({ split: true, dataDir: this.dataDir, env: this.env });
    this.#run = this.#ampel.run();
    await this.#bus.close();
    this.#bus = busOf(this.#run);
  }

  /** Ends everything; `keep` leaves the data folder with its logs. */
  async close({ keep = false } = {}): Promise<void> {
    await this.#bus.close();
    await this.end('SIGTERM');
    if (keep) writeFileSync(path.join(this.dataDir, 'start.log'), this.#ampel.output());
    else rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function busOf({ natsUrl }: RunFile): Bus {
  const silent = (): void => undefined;
  return connectBus({ natsUrl }, { info: silent, warn: silent, error: silent });
}

async function sixFreePorts(): Promise<number> {
  const blocks = (PORTS.to - PORTS.from) / PORTS.step;
  for (let tries = 0; tries < 50; tries++) {
    const first = PORTS.from + PORTS.step * Math.floor(Math.random() * blocks);
    const six = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((i) => freePort(first + i)));
    if (six.every(({ status }) => status === 'fulfilled')) return first;
  }
  throw new Error(`no six free ports in a row between ${PORTS.from} and ${PORTS.to}`);
}
