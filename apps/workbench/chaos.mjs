// npm run chaos [-- OPTIONS]: a real Ampel under a crowd, and its processes killed and stopped. npm run chaos -- --help tells the options.
import { ensureBuilt, ensureInstalled, root, unfitNode } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const { step, say } = progressOn(process.stdout);
const unfit = unfitNode();
if (unfit) {
  say(unfit);
  process.exit(69);
}
process.chdir(root); // the runs start the programs of this clone
await ensureInstalled(step);
await ensureBuilt(step);
process.setSourceMapsEnabled(true);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130)); // what it started ends with it
const { run } = await import('../../dist/apps/e2e/src/chaos/run.js');
const code = await run(process.argv.slice(2), say).catch((error) => {
  say(`\nThe run could not go on: ${error.stack}`);
  return 1;
});
process.exit(code);
