import type { Row } from '#read-model';

/** Whether two values are the same JSON: properties in any order, an absent one like an undefined one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item ?? null, b[i] ?? null));
  }
  const [left, right] = [a as Row, b as Row];
  for (const name of Object.keys(left)) if (left[name] !== undefined && !sameJson(left[name], right[name])) return false;
  for (const name of Object.keys(right)) if (right[name] !== undefined && left[name] === undefined) return false;
  return true;
}

/** The columns in which a row is not as expected, on both sides; null: none. */
export function differing(expected: Row, actual: Row): { expected: Row; actual: Row } | null {
  const columns = Object.keys(expected).filter((column) => !sameJson(expected[column], actual[column]));
  if (columns.length === 0) return null;
  const of = (row: Row): Row => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
  return { expected: of(expected), actual: of(actual) };
}
