import { FAULTS } from './faults.js';
import { report } from './report.js';
import { simulate } from './simulate.js';

/**
 * `npm run simulate -- --seed N` plays one seed; `--seeds N [--from M]` plays N of them, beginning with M (default 1);
 * `--log` prints the events of each, one a line.
 * Ends with 1 if a seed found something, and says how to play just that one again.
 */
async function main(words: readonly string[]): Promise<number> {
  const number = (name: string): number | undefined => {
    const at = words.indexOf(name);
    return at < 0 ? undefined : Number(words[at + 1]);
  };
  const seed = number('--seed');
  const first = seed ?? number('--from') ?? 1;
  const count = seed === undefined ? (number('--seeds') ?? 200) : 1;
  if (![first, count].every(Number.isSafeInteger)) {
    process.stderr.write('usage: npm run simulate -- [--seed N | --seeds N [--from M]] [--log]\n');
    return 78;
  }
  const bitten = new Map<string, number>();
  let bad = 0;
  let events = 0;
  for (let each = first; each < first + count; each += 1) {
    const outcome = await simulate(each);
    events += outcome.log.length;
    for (const [fault, times] of outcome.bitten) bitten.set(fault, (bitten.get(fault) ?? 0) + times);
    if (outcome.complaints.length > 0) bad += 1;
    if (outcome.complaints.length > 0 || seed !== undefined) process.stdout.write(`${report(outcome)}\n`);
    if (words.includes('--log')) process.stdout.write(`${outcome.log.map((event) => JSON.stringify(event)).join('\n')}\n`);
  }
  process.stdout.write(`${count} seeds, ${events} events, ${bad} bad; the faults bit:\n`);
  for (const fault of FAULTS) process.stdout.write(`${String(bitten.get(fault) ?? 0).padStart(8)}  ${fault}\n`);
  return bad === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
