import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { ExitCode } from '#config';
import { FAULTS } from './faults.js';
import { type Options, readOptions, USAGE } from './options.js';
import { play, shuffled } from './play.js';
import { report } from './report.js';

/** `npm run chaos`: see USAGE. Gives the code to end with. */
export async function run(words: readonly string[], say: (line: string) => void): Promise<number> {
  let options: Options;
  try {
    options = readOptions(words, () => randomBytes(3).toString('hex'));
  } catch (error) {
    say(`${(error as Error).message}\n\n${USAGE}`);
    return ExitCode.usage;
  }
  if (options.help) {
    say(`${USAGE}\nFaults: ${FAULTS.map(({ name }) => name).join(' ')}`);
    return ExitCode.stopped;
  }
  const { seed, leaseSeconds, tenants } = options;
  say(`seed ${seed}`);
  const played = await play({ seed, leaseSeconds, tenants, rounds: roundsOf(options), say });
  const text = report(played);
  say(`\n${text}`);
  if (options.report !== undefined) writeFileSync(options.report, `${text}\n`);
  return played.keptIn === undefined ? ExitCode.stopped : ExitCode.failed;
}

function* roundsOf({ only, seed, rounds, minutes }: Options): Generator<readonly string[]> {
  const until = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  let played = 0;
  for (const round of shuffled(only, seed)) {
    if (performance.now() > until || (minutes === undefined && played >= rounds)) return;
    played += 1;
    yield round;
  }
}
