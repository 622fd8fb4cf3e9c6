import type { Bench, Row } from './benchmark.js';

/** What one half of a pair measured, by name. */
export type Figures<Name extends string> = Readonly<Record<Name, number>>;

export interface Pair<Name extends string> {
  readonly ours: Figures<Name>;
  readonly yardstick: Figures<Name>;
}

const PAIRS = 5;

/**
 * Measures both in turns, so that whatever else the machine does meets both alike; who begins alternates. One more round first, which does
 * not count: caches, compilers and files warm up.
 */
export async function inPairs<Name extends string>(
  bench: Bench,
  halves: { ours(): Promise<Figures<Name>>; yardstick(): Promise<Figures<Name>> },
  { pairs: wanted = PAIRS, warmUp = true }: { readonly pairs?: number; readonly warmUp?: boolean } = {},
): Promise<Pair<Name>[]> {
  const pairs: Pair<Name>[] = [];
  const unmeasured = warmUp && !bench.quick ? 1 : 0;
  const rounds = (bench.quick ? 1 : wanted) + unmeasured;
  for (let round = 0; round < rounds; round += 1) {
    const before = round % 2 === 0 ? await halves.yardstick() : undefined;
    const ours = await halves.ours();
    const yardstick = before ?? (await halves.yardstick());
    if (round >= unmeasured) pairs.push({ ours, yardstick });
    bench.say(`  ${round < unmeasured ? 'warm-up' : `pair ${round + 1 - unmeasured}`}: ${inWords(ours)} against ${inWords(yardstick)}`);
  }
  return pairs;
}

/** The row of one figure. */
export function rowOf<Name extends string>(
  pairs: readonly Pair<Name>[],
  figure: Name,
  row: Pick<Row, 'id' | 'name' | 'unit' | 'goal' | 'better' | 'growth' | 'details'>,
): Row {
  const ratios = pairs.map(({ ours, yardstick }) => ours[figure] / yardstick[figure]);
  const ratio = median(ratios);
  return {
    ...row,
    ours: rounded(median(pairs.map(({ ours }) => ours[figure]))),
    yardstick: rounded(median(pairs.map(({ yardstick }) => yardstick[figure]))),
    ratio: rounded(ratio),
    min: rounded(Math.min(...ratios)),
    max: rounded(Math.max(...ratios)),
    met: reaches(ratio, row),
  };
}

/** The row of a figure whose goal is an amount: `values` were measured one after the other. */
export function amountRow(values: readonly number[], row: Pick<Row, 'id' | 'name' | 'unit' | 'goal' | 'better' | 'growth' | 'details'>): Row {
  const ours = median(values);
  return {
    ...row,
    ours: rounded(ours),
    yardstick: null,
    ratio: null,
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    met: reaches(ours, row),
  };
}

export function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

/** @param share 0..1; NaN without numbers */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Three digits that mean something. */
export function rounded(number: number): number {
  return Math.abs(number) >= 100 ? Math.round(number) : Number(number.toPrecision(3));
}

function reaches(value: number, { better, goal }: Pick<Row, 'better' | 'goal'>): boolean {
  return better === 'higher' ? value >= goal : value <= goal;
}

function inWords(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures).map(([name, value]) => `${name} ${rounded(value)}`).join(', ');
}
