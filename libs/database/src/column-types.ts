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

/** The day that was read last and its beginning, ms: rows of one page are mostly of one day, and understanding a whole date costs a microsecond. */
let day = '';
let dayBegins = Number.NaN;

/** `2026-01-31 12:34:56.789+00` (all our connections speak UTC) → milliseconds since 1970; below a millisecond it is cut. */
export function parseTimestamptz(text: string): number {
  if (text.charCodeAt(10) !== SPACE || !text.endsWith('+00')) return parseStrange(text);
  const date = text.slice(0, 10);
  if (date !== day) {
    dayBegins = Date.parse(`${date}T00:00:00Z`);
    day = date;
  }
  const seconds = (digit(text, 11) * 10 + digit(text, 12)) * 3_600 + (digit(text, 14) * 10 + digit(text, 15)) * 60 + digit(text, 17) * 10 + digit(text, 18);
  const end = text.length - 3; // Postgres writes as many digits of the fraction as are not 0
  let ms = 0;
  for (let at = 20, weight = 100; at < end && weight >= 1; at += 1, weight /= 10) ms += digit(text, at) * weight;
  return dayBegins + seconds * 1_000 + ms;
}

const SPACE = 32;
const ZERO = 48;

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - ZERO;
}

/** Infinity, and years of more than four digits. */
function parseStrange(text: string): number {
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
