import { parseArgs } from 'node:util';
import { type Fault, FAULTS, PRESENCE_FAULTS } from './faults.js';
import { simulatePresence } from './presence/simulate-presence.js';
import { report } from './report.js';
import { type Outcome, simulate } from './simulate.js';

interface Scene {
  readonly name: string;
  readonly faults: readonly Fault[];
  play(seed: number): Promise<Outcome>;
}

const SCENES: readonly Scene[] = [
  { name: 'river', faults: FAULTS, play: simulate },
  { name: 'presence', faults: PRESENCE_FAULTS, play: simulatePresence },
];

const USAGE = `usage: npm run simulate -- [--only ${SCENES.map(({ name }) => name).join('|')}] [--seed N | --seeds N [--from M]] [--log]
  --only NAME  one scene instead of all
  --seed N     plays one seed
  --seeds N    plays so many (default 200), beginning with --from (default 1)
  --log        prints the events of each seed, one a line
Ends with 1 if a seed found something, and says how to play just that one again.
`;
const EXIT_USAGE = 64;
/** Between two lines that say how far it is, ms. */
const PROGRESS_MS = 10_000;

/** Plays what the words ask for. Gives the exit code: 1 if a seed found something. */
async function main(words: readonly string[]): Promise<number> {
  const wish = understood(words);
  if (wish === null || wish.help) {
    (wish === null ? process.stderr : process.stdout).write(USAGE);
    return wish === null ? EXIT_USAGE : 0;
  }
  const { scenes, first, count, withLog } = wish;
  let bad = 0;
  for (const scene of scenes) bad += await playAll(scene, first, count, withLog);
  return bad === 0 ? 0 : 1;
}

/** Null if they cannot be understood. */
function understood(words: readonly string[]): { help: boolean; scenes: readonly Scene[]; first: number; count: number; withLog: boolean } | null {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const options = { only: text, seed: text, seeds: text, from: text, log: flag, help: flag };
    const { values } = parseArgs({ args: [...words], options });
    const first = Number(values.seed ?? values.from ?? 1);
    const count = values.seed === undefined ? Number(values.seeds ?? 200) : 1;
    const scenes = SCENES.filter(({ name }) => values.only === undefined || name === values.only);
    const isPlayable = Number.isSafeInteger(first) && Number.isSafeInteger(count) && count > 0 && scenes.length > 0;
    return isPlayable ? { help: values.help, scenes, first, count, withLog: values.log } : null;
  } catch {
    return null; // a word that does not exist
  }
}

/** Gives how many seeds found something. */
async function playAll({ name, faults, play }: Scene, first: number, count: number, withLog: boolean): Promise<number> {
  const bitten = new Map<Fault, number>();
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(0);
  let [bad, events, told] = [0, 0, began];
  for (let seed = first; seed < first + count; seed += 1) {
    const outcome = await play(seed);
    events += outcome.log.length;
    for (const [fault, times] of outcome.bitten) bitten.set(fault, (bitten.get(fault) ?? 0) + times);
    if (outcome.complaints.length > 0) bad += 1;
    if (outcome.complaints.length > 0 || count === 1) process.stdout.write(`${report(outcome, name)}\n`);
    if (withLog) process.stdout.write(`${outcome.log.map((event) => JSON.stringify(event)).join('\n')}\n`);
    if (performance.now() > told + PROGRESS_MS) {
      told = performance.now();
      process.stdout.write(`${name}: ${seed - first + 1} of ${count} seeds in ${seconds()} s, ${bad} bad\n`);
    }
  }
  process.stdout.write(`${name}: ${count} seeds in ${seconds()} s, ${events} events, ${bad} bad; the faults bit:\n`);
  for (const fault of faults) process.stdout.write(`${String(bitten.get(fault) ?? 0).padStart(8)}  ${fault}\n`);
  return bad;
}

process.exitCode = await main(process.argv.slice(2));
