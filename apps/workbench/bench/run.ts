import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect, parseArgs } from 'node:util';
import type { Bench, Benchmark, Row } from './benchmark.js';
import { BENCHMARKS } from './catalogue.js';
import { load, machine } from './machine.js';
import { growthLines, tableOf } from './table.js';

const EXIT_USAGE = 64;
const EXIT_STOPPED = 130;

const USAGE = `usage: npm run bench [-- NAME ... --json FILE --events N --quick]
${BENCHMARKS.map(({ id, title }) => `  ${id.padEnd(4)} ${title}`).join('\n')}
  --json FILE   also write the rows as JSON
  --events N    so many events in the log of P8, instead of 5,000,000
  --quick       everything once and briefly: says whether the benchmarks work, the numbers mean nothing
Without a name all of them run, one after the other. A missed goal is shown, and is no failure.`;

/** Runs the benchmarks that the words name and shows their table. Gives the exit code: 0 if all of them could be carried out. */
export async function bench(words: readonly string[], say: (line: string) => void): Promise<number> {
  const wish = understood(words);
  if (typeof wish === 'string') {
    say(wish === '' ? USAGE : `${wish}\n${USAGE}`);
    return wish === '' ? 0 : EXIT_USAGE;
  }
  const rows: Row[] = [];
  const loads = new Map<Row, number>();
  let failures = 0;
  for (const benchmark of wish.chosen) {
    say(`${benchmark.id} ${benchmark.title}`);
    try {
      for (const row of await runAlone(benchmark, wish, say)) {
        rows.push(row);
        loads.set(row, load());
      }
    } catch (error) {
      failures += 1;
      say(`  ${benchmark.id} could not be carried out: ${inspect(error)}`);
    }
  }
  const shown = rows.map((row) => ({ ...row, machine: machine(), load: loads.get(row) ?? 0 }));
  say(`\n${tableOf(shown)}\n`);
  for (const row of shown) for (const line of growthLines(row)) say(line);
  say(`\n${machine()}${wish.quick ? '; --quick: the numbers mean nothing' : ''}`);
  if (wish.json !== undefined) writeFileSync(wish.json, `${JSON.stringify(shown, null, 2)}\n`);
  return failures === 0 ? 0 : 1;
}

interface Wish {
  readonly chosen: readonly Benchmark[];
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly events: number | undefined;
}

/** A sentence if it cannot be understood; '' if only help is wanted. */
function understood(words: readonly string[]): Wish | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { json: { type: 'string' }, quick: { type: 'boolean' }, events: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help === true) return '';
    const names = positionals.map((name) => name.toUpperCase());
    const unknown = positionals.filter((name) => !BENCHMARKS.some(({ id }) => id === name.toUpperCase()));
    if (unknown.length > 0) return `There is no benchmark named ${unknown.join(', ')}.`;
    const chosen = BENCHMARKS.filter(({ id }) => names.length === 0 || names.includes(id));
    const events = values.events === undefined ? undefined : Number(values.events);
    if (events !== undefined && !(Number.isSafeInteger(events) && events > 0)) return `--events takes a number of events, not ${values.events}.`;
    return { chosen, quick: values.quick === true, json: values.json, events };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs one in a folder of its own and ends what it started, also when the terminal says stop. */
async function runAlone(benchmark: Benchmark, { quick, events }: Wish, say: (line: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ampel-bench-'));
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  const ends: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    for (const close of ends.splice(0).reverse()) await close().catch((error: unknown) => say(`  ${String(error)}`));
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  const stop = (): void => void end().finally(() => process.exit(EXIT_STOPPED));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const one: Bench = { quick, events, folder, say, atEnd: (close) => void ends.push(close) };
    return await benchmark.run(one);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    await end();
  }
}
