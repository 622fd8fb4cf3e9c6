import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { ExitCode } from '#config';
import { away, closedDoor, FAULTS, type Fault, faultNamed } from './faults.js';
import { type CaseName, type Options, readOptions, USAGE } from './options.js';
import { type Plan, play, shuffled } from './play.js';
import { report } from './report.js';
import { playTwoMinutes, tell } from './two-minutes.js';

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
  const { story, leaseSeconds } = options;
  if (story === 'two-minutes') {
    const outcomes = await playTwoMinutes(leaseSeconds, say);
    return end(options, outcomes.map(tell).join('\n'), outcomes.every(({ fault }) => fault === undefined), say);
  }
  say(`seed ${options.seed}`);
  const played = await play({ seed: options.seed, leaseSeconds, say, ...(story ? planOf(story, options) : storms(options)) });
  return end(options, report(played), played.keptIn === undefined, say);
}

function end({ report: file }: Options, text: string, green: boolean, say: (line: string) => void): number {
  say(`\n${text}`);
  if (file !== undefined) writeFileSync(file, `${text}\n`);
  return green ? ExitCode.stopped : ExitCode.failed;
}

type Story = Pick<Plan, 'crowd' | 'rounds' | 'afterwardsMs'>;

function storms(options: Options): Story {
  return { crowd: { busy: options.tenants, calm: 1 }, rounds: roundsOf(options) };
}

/** Nobody of the crowd moves, and whoever would expire had done so by the end: a lease after the last moment of harm, and the grace. */
function planOf(story: Exclude<CaseName, 'two-minutes'>, { leaseSeconds, minutes = 10 }: Options): Story {
  const ms = minutes * 60_000;
  const rounds: Record<typeof story, readonly (readonly Fault[])[]> = {
    away: [[away(ms)]],
    'closed-door': [[closedDoor(ms)]],
    restart: [[faultNamed('restart')], [faultNamed('crash')]],
  };
  return { crowd: { busy: 0, calm: 5 }, rounds: rounds[story], afterwardsMs: 2 * leaseSeconds * 1000 };
}

function* roundsOf({ only, seed, rounds, minutes }: Options): Generator<readonly Fault[]> {
  const until = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  let played = 0;
  for (const round of shuffled(only, seed)) {
    if (performance.now() > until || (minutes === undefined && played >= rounds)) return;
    played += 1;
    yield round;
  }
}
