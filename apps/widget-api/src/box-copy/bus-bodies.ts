import type { BoxMessage } from './box-copy.js';

/** `beacon`: the projector lives, and this is how far each partition is (-1: it does not know). */
export interface Beacon {
  /** Instant by Postgres's clock. */
  readonly at: number;
  readonly positions: readonly number[];
}

/** Whether a body from the bus can be used as a beacon; anything else is ignored. */
export function isBeacon(body: unknown): body is Beacon {
  return isObject(body) && Number.isFinite(body['at']) && Array.isArray(body['positions']);
}

/** Whether a body from the bus can be used as a message about boxes. The rows are the projector's: only what is compared is looked at. */
export function isBoxMessage(body: unknown): body is BoxMessage {
  if (!isObject(body)) return false;
  const { partition, from, to, boxes, sites } = body;
  return [partition, from, to].every(Number.isSafeInteger) && isRowList(boxes) && isRowList(sites);
}

function isRowList(rows: unknown): boolean {
  const isRow = (row: unknown): boolean => isObject(row) && typeof row['siteId'] === 'string' && Number.isSafeInteger(row['version']);
  return Array.isArray(rows) && rows.every(isRow);
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null;
}
