import type { Pool } from 'pg';
import { assertServiceRole, isUnavailable } from '#database';
import type { Logger } from '#observability';
import type { Readiness } from './readiness.js';

/** So long a start waits for Postgres before it listens anyway and goes on waiting. ms */
const PATIENCE_MS = 4000;
/** Between two tries. ms */
const RETRY_MS = 500;

/**
 * Strict at start, patient for a Postgres that is away: the role is checked as soon as Postgres answers, and until then the service is
 * not ready. Throws ServiceRoleTooStrong if it is known before the service listens; `refused` settles with it if it is found later.
 */
export async function watchServiceRole(
  pool: Pool,
  readiness: Readiness,
  role: string,
  logger: Logger,
): Promise<{ refused: Promise<Error>; stop(): void }> {
  let checked = false;
  let stopped = false;
  let wake: () => void = () => undefined;
  readiness.add(role, 'postgres', async () => {
    if (!checked) return 'Postgres could not be reached yet';
    return pool.query('SELECT 1').then(() => null, () => 'Postgres cannot be reached');
  });
  /** True if checked, false if Postgres is away. */
  const check = async (): Promise<boolean> => {
    try {
      await assertServiceRole(pool);
      return (checked = true);
    } catch (error) {
      if (isUnavailable(error)) return false;
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
  while (!(await check()) && performance.now() < until) await pause();
  if (!checked) logger.warn('Postgres cannot be reached: waiting for it');
  const refused = new Promise<Error>((resolve) => {
    void (async () => {
      while (!checked && !stopped) {
        await pause();
        if (!stopped) await check();
      }
    })().catch((error: unknown) => resolve(error as Error));
  });
  return {
    refused,
    stop: () => {
      stopped = true;
      wake();
    },
  };
}
