// npm run bench [-- P1 P4 ... --json FILE --quick]: measures how fast Ampel is, each number beside a yardstick of the same run.
import { ensureBuilt, ensureInstalled, unfitNode } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const unfit = unfitNode();
if (unfit) {
  console.error(unfit);
  process.exit(69);
}
process.stdout.on('error', () => undefined); // the terminal may go away before we do
const progress = progressOn(process.stdout);
try {
  await ensureInstalled(progress.step);
  await ensureBuilt(progress.step);
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(69);
}
const { bench } = await import('../../dist/apps/workbench/bench/run.js');
const code = await bench(process.argv.slice(2), progress.say);
process.stdout.write('', () => process.exit(code));
