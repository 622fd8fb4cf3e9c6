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

const USAGE = 'usage: npm run simulate -- [--only river|presence] [--seed N | --seeds N [--from M]] [--log]\n';
/** Between two lines that say how far it is, ms. */
const PROGRESS_MS = 10_000;

/**
 * `npm run simulate -- --seed N` plays one seed of every scene; `--seeds N [--from M]` plays N of them, beginning with M (default 1);
 * `--only` names one scene; `--log` prints the events of each seed, one a line.
 * Ends with 1 if a seed found something, and says how to play just that one again.
 */
async function main(words: readonly string[]): Promise<number> {
  const word = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const number = (name: string, otherwise: number): number => Number(word(name) ?? otherwise);
  const first = number('--seed', number('--from', 1));
  const count = words.includes('--seed') ? 1 : number('--seeds', 200);
  const only = word('--only');
  const scenes = SCENES.filter(({ name }) => only === undefined || name === only);
  if (![first, count].every(Number.isSafeInteger) || scenes.length === 0) {
    process.stderr.write(USAGE);
    return 78;
  }
  let bad = 0;
  for (const scene of scenes) bad += await playAll(scene, first, count, words.includes('--log'));
  return bad === 0 ? 0 : 1;
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
