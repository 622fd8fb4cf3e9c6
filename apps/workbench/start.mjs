// npm start: makes this clone ready to run, then runs Ampel in this very process, so that whatever ends it ends everything.
import { ensureBuilt, ensureInstalled, unfitNode } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const USAGE = 'usage: npm start [-- --split]     --split: every service as a process of its own';
const EXIT_UNAVAILABLE = 69; // as in libs/config/src/exit-code.ts, which is not compiled yet
const EXIT_USAGE = 64;

function giveUp(sentence, code) {
  console.error(sentence);
  process.exit(code);
}

process.stdout.on('error', () => undefined); // the terminal may go away before we do

const wishes = process.argv.slice(2);
if (wishes.includes('--help')) giveUp(USAGE, 0);
if (wishes.some((wish) => wish !== '--split')) giveUp(USAGE, EXIT_USAGE);
const unfit = unfitNode();
if (unfit) giveUp(unfit, EXIT_UNAVAILABLE);

const progress = progressOn(process.stdout);
progress.say('Ampel is starting');
try {
  await ensureInstalled(progress.step, { withDevelopment: process.env.NODE_ENV !== 'production' });
  await ensureBuilt(progress.step);
} catch (error) {
  giveUp(`\n${error.message}`, EXIT_UNAVAILABLE);
}
process.setSourceMapsEnabled(true);
const { start } = await import('../../dist/apps/workbench/src/start.js');
await start({ split: wishes.includes('--split'), progress });
