import type { Pool } from 'pg';
import { assertServiceRole, isUnavailable } from '#database';
import type { SchemaOfCode } from '#migrations/list';
import type { Logger } from '#observability';
import type { Readiness } from './readiness.js';
import { schemaStanding, SchemaTooNew } from './schema-standing.js';

/** So long a start waits for Postgres before it listens anyway and goes on waiting. ms */
const PATIENCE_MS = 4000;
/** Between two tries. ms */
const RETRY_MS = 500;

/** What the watch found at the last look: not reached yet, to be migrated first, or good to work with. */
type Found = { readonly kind: 'away' } | { readonly kind: 'older'; readonly reason: string } | { readonly kind: 'fits' };

export interface DatabaseWatch {
  /** Settles with the reason if the process must not go on (role too strong, schema too new); else never. */
  readonly refused: Promise<Error>;
  /** Resolves once the database is no longer known to be too old: it fits, or it is away, which is no reason not to begin. */
  notTooOld(): Promise<void>;
  /** Why the schema is too old for this code; null if it is not known to be. */
  tooOld(): string | null;
  stop(): void;
}

export interface WatchedBy {
  readonly role: string;
  readonly schema: SchemaOfCode;
  readonly readiness: Readiness;
  readonly logger: Logger;
}

/**
 * Strict at start, patient for a Postgres that is away and for a schema that is still to be migrated: role and schema are checked as soon
 * as Postgres answers, and until then the service is not ready. Later the schema is looked at with every `/readyz`.
 * Throws ServiceRoleTooStrong and SchemaTooNew if they are known before the service listens; `refused` settles with them afterwards.
 */
export async function watchDatabase(pool: Pool, { role, schema, readiness, logger }: WatchedBy): Promise<DatabaseWatch> {
  let found = { kind: 'away' } as Found;
  let stopped = false;
  const is = (kind: Found['kind']): boolean => found.kind === kind;
  let wake: () => void = () => undefined;
  readiness.add(role, 'postgres', async () => {
    if (found.kind === 'away') return 'Postgres could not be reached yet';
    return pool.query('SELECT 1').then(() => null, () => 'Postgres cannot be reached');
  });
  readiness.add(role, 'schema', async () => {
    const standing = await schemaStanding(pool, schema).catch(() => null); // then the check of Postgres says so
    return standing === null || standing.kind === 'fits' ? null : standing.reason;
  });
  const look = async (): Promise<Found> => {
    try {
      await assertServiceRole(pool);
      const standing = await schemaStanding(pool, schema);
      if (standing.kind === 'newer') throw new SchemaTooNew(sentence(standing.reason));
      return (found = standing);
    } catch (error) {
      if (isUnavailable(error)) return (found = { kind: 'away' });
      throw error;
    }
  };
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const until = performance.now() + PATIENCE_MS;
  while ((await look()).kind === 'away' && performance.now() < until) await pause();
  if (found.kind === 'away') logger.warn('Postgres cannot be reached: waiting for it');
  else if (found.kind === 'older') logger.warn(sentence(found.reason));
  const waiting: (() => void)[] = [];
  const refused = new Promise<Error>((resolve) => {
    void (async () => {
      while (!is('fits') && !stopped) {
        await pause();
        if (!stopped) await look();
        if (!is('older')) for (const go of waiting.splice(0)) go();
      }
    })().catch((error: unknown) => resolve(error as Error));
  });
  return {
    refused,
    notTooOld: () => (is('older') && !stopped ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    tooOld: () => (found.kind === 'older' ? found.reason : null),
    stop: () => {
      stopped = true;
      wake();
      for (const go of waiting.splice(0)) go();
    },
  };
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
