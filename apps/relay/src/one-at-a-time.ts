import type { Pool, PoolClient } from 'pg';
import { growingDelay } from '#messaging';
import type { Logger } from '#observability';

/** Work that goes on until it is told to stop. */
export interface Work {
  /** Begins nothing more; settles when what was under way is settled. */
  stop(): Promise<void>;
}

export type Standing = 'starting' | 'away' | 'standing by' | 'working' | 'stopped';

// A stand-by asks about once a second, so that a takeover is within the 15 s of the targets even after a half-open connection.
const STAND_BY_MS = 1_000;
// Whether the connection still carries: asked so often, and given up by Postgres itself if it was not asked for so long. So a process
// that is paused loses the lock too, though its machine still answers for it.
const WATCH_MS = 2_000;
const UNWATCHED = '8s';
const FIRST_RETRY_MS = 100;
const SLOWEST_RETRY_MS = 2_000;
/** Acks may take so long when the process ends; what is unknown then is found again in the stream. */
const STOP_MS = 3_000;

/**
 * Does a piece of work in one process at a time: whoever holds an advisory lock, on a connection of its own.
 * States: away (Postgres cannot be asked) → standing by (somebody else holds the lock) → working → stopped; from working back to away
 * the moment the lock's connection is lost, because another process may have the lock by then.
 */
export class OneAtATime {
  private state: Standing = 'starting';
  private stopping = false;
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  /** @param lock which work: two numbers of 32 bits that nobody else uses in this database */
  constructor(
    private readonly pool: Pool,
    private readonly lock: readonly [number, number],
    private readonly begin: () => Work,
    private readonly log: Logger,
  ) {}

  get standing(): Standing {
    return this.state;
  }

  start(): void {
    this.running = this.run();
  }

  /** Ends the work in good order (at most 3 s) and lets the lock go. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      try {
        await this.turn();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.enter('away', error);
      }
      if (this.stopping) break;
      await this.pause(failures === 0 ? STAND_BY_MS : growingDelay(failures, FIRST_RETRY_MS, SLOWEST_RETRY_MS, Math.random));
    }
    this.enter('stopped');
  }

  /** Asks for the lock once, and works as long as it is ours. Rejects if Postgres is away or the lock was lost. */
  private async turn(): Promise<void> {
    const client = await this.pool.connect();
    let reusable = false;
    try {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS mine', [...this.lock]);
      reusable = rows[0]?.mine === false;
      if (reusable) return this.enter('standing by');
      await client.query(`SET idle_session_timeout = '${UNWATCHED}'`);
      await this.workWhile(client);
    } finally {
      client.release(!reusable); // closing the connection is what lets the lock go, whatever has happened on it
    }
  }

  private async workWhile(client: PoolClient): Promise<void> {
    let gone: Error | undefined;
    const lost = (error?: Error): void => {
      gone ??= error ?? new Error('the connection that held the lock was closed');
      this.wake();
    };
    const ended = (): void => lost();
    client.on('error', lost);
    client.on('end', ended);
    const work = this.begin();
    this.enter('working');
    try {
      while (!this.stopping && gone === undefined) {
        await this.pause(WATCH_MS);
        if (!this.stopping && gone === undefined) await client.query('SELECT 1').catch(lost);
      }
    } finally {
      client.off('error', lost);
      client.off('end', ended);
      const stopped = work.stop();
      if (gone === undefined) await Promise.race([stopped, this.pause(STOP_MS)]);
      this.wake();
    }
    if (gone !== undefined) throw gone;
  }

  private enter(state: Standing, error?: unknown): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'away') this.log.warn({ err: error }, 'the relay has no lock: its connection to Postgres is gone');
    else this.log.info({ state }, `the relay is ${state}`);
  }

  /** Waits `ms`, or until woken. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
