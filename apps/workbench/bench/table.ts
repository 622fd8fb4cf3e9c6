import type { Row } from './benchmark.js';
import { rounded } from './measure-pairs.js';

/** Cost per unit at four times the work, at most so many times that of the work once (targets 1). */
const GROWTH_GOAL = 1.15;

const HEADINGS = ['', 'what', 'ours', 'yardstick', 'unit', 'ratio', 'min - max', 'goal', 'met', 'load'];

/** The rows as a table of Markdown, which reads well on a terminal too. */
export function tableOf(rows: readonly (Row & { readonly load: number })[]): string {
  const cells = rows.map((row) => [
    row.id,
    row.name,
    grouped(row.ours),
    row.yardstick === null ? '-' : grouped(row.yardstick),
    row.unit,
    row.ratio === null ? '-' : row.ratio.toFixed(2),
    row.ratio === null ? `${grouped(row.min)} - ${grouped(row.max)}` : `${row.min.toFixed(2)} - ${row.max.toFixed(2)}`,
    `${row.better === 'higher' ? '>=' : '<='} ${grouped(row.goal)}`,
    row.met ? 'yes' : 'no',
    row.load.toFixed(1),
  ]);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]): string => `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(HEADINGS), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** How the cost grows with the work, and what else was measured. */
export function growthLines({ id, name, growth, details }: Row): string[] {
  const lines: string[] = [];
  const first = growth?.steps[0];
  const last = growth?.steps.at(-1);
  if (growth && first && last && last !== first) {
    const steps = growth.steps.map(({ amount, cost }) => `${grouped(amount)} ${growth.of}: ${grouped(rounded(cost))} ${growth.unit}`);
    const ratio = last.cost / first.cost;
    const verdict = ratio <= GROWTH_GOAL ? 'met' : 'not met';
    lines.push(`${id} ${name}, growth: ${steps.join('; ')} = ${ratio.toFixed(2)} (goal <= ${GROWTH_GOAL}, ${verdict})`);
  }
  for (const [what, value] of Object.entries(details ?? {})) {
    lines.push(`${id} ${what}: ${typeof value === 'number' ? grouped(rounded(value)) : value}`);
  }
  return lines;
}

function grouped(number: number): string {
  return number.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
