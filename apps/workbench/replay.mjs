// npm run replay -- --verify | --rebuild [--tenant ID]: has a running Ampel verify, or rebuild, what it shows from its log. -- --help tells more.
import { ensureBuilt, ensureInstalled, unfitNode } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const unfit = unfitNode();
if (unfit) {
  console.error(unfit);
  process.exit(69);
}
process.stdout.on('error', () => undefined); // the terminal may go away before we do
const { step } = progressOn(process.stderr);
await ensureInstalled(step);
await ensureBuilt(step);
const { replay, runningAmpel } = await import('../../dist/apps/workbench/src/replay.js');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
const code = await replay(process.argv.slice(2), { find: runningAmpel, out: process.stdout, stop: stop.signal });
process.stdout.write('', () => process.exit(code));
