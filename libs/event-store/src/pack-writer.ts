import type { ClientBase, Pool, PoolClient } from 'pg';
import { isConnectionLost, isUnavailable } from '#database';
import type { Append, AppendOutcome } from './envelope.js';
import { StoreOutcomeUnknown, StoreRejected, StoreUnavailable } from './errors.js';
import { type AppendRow, appendEvents } from './sql/append-events.js';
import { type ArrangedPack, arrange } from './sql/arrange-pack.js';

type Settled = PromiseSettledResult<AppendOutcome>;

/** Deadlock, serialization failure: nothing is stored, and the next try meets nobody. */
export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40P01' || code === '40001';
}

/** After the first try. Packs take their locks in one order, so even one is rare. */
export const LOCK_RETRIES = 3;

/** From so many appends of one transaction on, a savepoint costs less than going through them one by one. */
const QUICK_FROM = 8;

export interface PackWriterOptions {
  readonly newId: () => string;
  readonly schemaVersion: (type: string) => number;
}

/** Writes packs of appends, one function call = one transaction, and tells every append its own fate. */
export class PackWriter {
  constructor(
    private readonly pool: Pool,
    private readonly options: PackWriterOptions,
  ) {}

  /** @throws StoreUnavailable if there is no connection; everything later is each append's own result */
  async write(appends: readonly Append[]): Promise<Settled[]> {
    const client = await borrow(this.pool);
    const line: Line = { client, lost: undefined };
    try {
      return await this.send(line, appends);
    } finally {
      client.release(line.lost);
    }
  }

  /** The appends in the transaction that is open on `client`. @throws database errors as they come */
  async writeWithin(client: ClientBase, appends: readonly Append[]): Promise<AppendOutcome[]> {
    const pack = arrange(appends, this.options.newId);
    // The quick way fails as a whole where something does not fit, so the transaction needs a place to come back to.
    if (appends.length < QUICK_FROM || meetEachOther(appends)) return this.call(client, pack, true);
    await client.query('SAVEPOINT pack');
    try {
      return await this.call(client, pack, false);
    } catch (error) {
      if (!doesNotFit(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT pack');
      return this.call(client, pack, true);
    }
  }

  private async send(line: Line, appends: readonly Append[]): Promise<Settled[]> {
    const pack = arrange(appends, this.options.newId);
    let careful = meetEachOther(appends);
    for (let retries = 0; ; retries += 1) {
      if (line.lost) return fail(appends, new StoreUnavailable('The connection was lost before', { cause: line.lost }));
      try {
        return (await this.call(line.client, pack, careful)).map((value) => ({ status: 'fulfilled', value }));
      } catch (error) {
        if (isConnectionLost(error)) {
          line.lost = error as Error;
          return fail(appends, new StoreOutcomeUnknown('The connection broke during the commit', { cause: error }));
        }
        if (retries < LOCK_RETRIES && (isRetryable(error) || (!careful && doesNotFit(error)))) {
          careful = true;
          continue;
        }
        if (isUnavailable(error)) return fail(appends, new StoreUnavailable('The event store cannot write now', { cause: error }));
        if (appends.length === 1) return fail(appends, new StoreRejected('The event store refused the values', { cause: error }));
        // One of them is bad and must not take the others with it: halve until it is alone. Nothing of this pack is stored.
        const middle = Math.ceil(appends.length / 2);
        return [...(await this.send(line, appends.slice(0, middle))), ...(await this.send(line, appends.slice(middle)))];
      }
    }
  }

  private async call(client: ClientBase, pack: ArrangedPack, careful: boolean): Promise<AppendOutcome[]> {
    const { rows } = await client.query<AppendRow>(appendEvents(pack, careful, this.options.schemaVersion));
    return careful ? outcomesOf(pack, rows) : allAppended(pack, rows);
  }
}

/** Whether two of them concern one stream, so that the one depends on the other. */
function meetEachOther(appends: readonly Append[]): boolean {
  if (appends.length === 1) return false;
  return new Set(appends.map(({ stream }) => `${stream.tenantId} ${stream.streamId}`)).size < appends.length;
}

/** A stream or a command is not as a quick pack expects it (migration 1): nothing is stored, the careful way tells who is concerned. */
function doesNotFit(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'AM409' || code === '23505';
}

interface Line {
  readonly client: PoolClient;
  lost: Error | undefined;
}

/** @throws StoreUnavailable */
export async function borrow(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new StoreUnavailable('The event store cannot be reached', { cause: error });
  }
}

function fail(appends: readonly Append[], reason: Error): Settled[] {
  return appends.map(() => ({ status: 'rejected', reason }));
}

function outcomesOf({ commands }: ArrangedPack, rows: readonly AppendRow[]): AppendOutcome[] {
  const outcomes = new Array<AppendOutcome>(commands.length);
  for (const [item, kind, version, position, recordedAt, requestHash, streamId, result] of rows) {
    if (kind === 'conflict') outcomes[item - 1] = { kind, version };
    else if (kind === 'duplicate') outcomes[item - 1] = { kind, recorded: { requestHash, streamId, version, result, recordedAt } };
    else outcomes[item - 1] = { kind: 'appended', version, position, recordedAt, eventIds: commands[item - 1]?.eventIds ?? [] };
  }
  return outcomes;
}

/** Everything fitted: from where the heads stood, every command's place follows. */
function allAppended({ appends, commands, events }: ArrangedPack, rows: readonly AppendRow[]): AppendOutcome[] {
  const heads = new Array<AppendRow>(rows.length);
  for (const row of rows) heads[row[0]] = row;
  return appends.map((append, index): AppendOutcome => {
    const { head, lastEvent = 0, eventIds = [] } = commands[index] ?? {};
    const [, , , before = 0, recordedAt = 0] = heads[head?.index ?? 0] ?? [];
    const rank = events[lastEvent - 1]?.rank;
    const version = append.expectedVersion + append.events.length;
    return { kind: 'appended', version, position: rank === undefined ? 0 : before + rank, recordedAt, eventIds };
  });
}
