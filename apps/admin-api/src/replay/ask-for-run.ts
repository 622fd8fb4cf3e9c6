import { IdempotencyKeyReused } from '#event-store';
import { type ReplayWish, requestRun, type RequestedRun, type Sql } from '#replays';

/** As `requestRun`. Refuses: `idempotency-key-reused` where the command asked for something else before. */
export async function askForRun(sql: Sql, wish: ReplayWish): Promise<RequestedRun | null> {
  const asked = await requestRun(sql, wish);
  const { idempotency } = wish;
  if (asked && idempotency && asked.requestHash !== idempotency.requestHash) throw new IdempotencyKeyReused(idempotency.commandId);
  return asked;
}
