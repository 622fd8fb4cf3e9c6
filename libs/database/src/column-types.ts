import pg from 'pg';

/** Postgres's type numbers (pg_type.oid), which never change. */
const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** The 64-bit whole numbers of this house are positions and milliseconds: beyond 2^53 something is wrong, so it is not rounded. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit into a JavaScript number without loss`);
  return value;
}

/** `2026-01-31 12:34:56.789+00` (all our connections speak UTC) → milliseconds since 1970; below a millisecond it is cut. */
function parseTimestamptz(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
}

type GetParser = typeof pg.types.getTypeParser;

/** bigint and timestamptz as numbers (milliseconds since epoch), everything else as pg does. For our pools only: nothing global changes. */
export const typesAsNumbers: { getTypeParser: GetParser } = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown => {
    if (format !== 'binary' && oid === INT8) return parseInt8;
    if (format !== 'binary' && oid === TIMESTAMPTZ) return parseTimestamptz;
    return pg.types.getTypeParser(oid, format);
  }) as GetParser,
};
