import { invalid } from './problem.js';

/** What a cursor holds: where the last page ended. */
export type CursorValue = Readonly<Record<string, string | number | null>>;

/** Turns the place where a page ended into the opaque text clients send back. */
export function encodeCursor(value: CursorValue): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * Reads a cursor. `isValid` says whether it is one of this list (its fields and their types). Refuses: `invalid-query` at `?cursor`
 * (or `?after`, as the caller names it).
 */
export function decodeCursor<T extends CursorValue>(cursor: string, isValid: (value: CursorValue) => value is T, name = 'cursor'): T {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && isValid(value as CursorValue)) return value as T;
  } catch {
    // refused below, like every other text that is not a cursor
  }
  throw invalid('invalid-query', [{ pointer: `?${name}`, detail: 'is not a cursor of this list' }]);
}

/** One page out of `limit + 1` rows read: the rows and where the next page begins (null on the last). */
export function pageOfRows<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (last: Row) => CursorValue,
): { rows: readonly Row[]; nextCursor: string | null } {
  if (rows.length <= limit) return { rows, nextCursor: null };
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: encodeCursor(placeOf(page[limit - 1] as Row)) };
}
