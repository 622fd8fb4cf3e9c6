/** Postgres array literals, written at once: pg's general way (recursive, a check of every type) costs more than the query's round trip. */

/** `{1,2,NULL}` */
export function numbers<T>(items: readonly T[], of: (item: T) => number | null | undefined): string {
  let literal = '{';
  for (const item of items) literal += `${literal.length > 1 ? ',' : ''}${of(item) ?? 'NULL'}`;
  return `${literal}}`;
}

/** `{"a","b \"c\"",NULL}` */
export function texts<T>(items: readonly T[], of: (item: T) => string | null | undefined): string {
  let literal = '{';
  for (const item of items) {
    const text = of(item);
    if (literal.length > 1) literal += ',';
    literal += text === null || text === undefined ? 'NULL' : quoted(text);
  }
  return `${literal}}`;
}

const SPECIAL = /["\\]/;
const EVERY_SPECIAL = /["\\]/g;

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(EVERY_SPECIAL, String.raw`\$&`)}"` : `"${text}"`;
}
