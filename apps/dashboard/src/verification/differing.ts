type Values = Readonly<Record<string, unknown>> | null;

/** One value that differs, by its path in the row: `state.intent.status`. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Of two values of a row, only what differs, leaf by leaf; a row that is only on one side is told by its columns. */
export function differing(actual: Values, expected: Values): { readonly actual: readonly Leaf[]; readonly expected: readonly Leaf[] } {
  if (actual === null || expected === null) return { actual: columnsOf(actual), expected: columnsOf(expected) };
  const [one, other] = [new Map(leavesOf(actual, '')), new Map(leavesOf(expected, ''))];
  const paths = [...new Set([...one.keys(), ...other.keys()])].filter((path) => JSON.stringify(one.get(path)) !== JSON.stringify(other.get(path)));
  const of = (side: ReadonlyMap<string, unknown>): Leaf[] => paths.map((path) => ({ path, value: side.get(path) }));
  return { actual: of(one), expected: of(other) };
}

function columnsOf(values: Values): Leaf[] {
  return Object.entries(values ?? {}).map(([path, value]) => ({ path, value }));
}

/** Lists are leaves: their places say nothing. */
function leavesOf(value: unknown, path: string): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  const inner = Object.entries(value).flatMap(([name, part]) => leavesOf(part, path === '' ? name : `${path}.${name}`));
  return inner.length === 0 && path !== '' ? [[path, value]] : inner;
}
