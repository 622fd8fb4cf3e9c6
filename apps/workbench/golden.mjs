// npm run golden [-- --write]: folds the kept logs of all releases and compares; --write keeps the log of this release.
import { readFileSync } from 'node:fs';
import { ensureBuilt, ensureInstalled, root } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const { step, say } = progressOn(process.stdout);
await ensureInstalled(step);
await ensureBuilt(step);
const { golden } = await import('../../dist/apps/e2e/src/golden/run.js');
const { version: release } = JSON.parse(readFileSync(new URL('package.json', new URL('../../', import.meta.url)), 'utf8'));
process.exitCode = await golden(process.argv.slice(2), { root, release, say });
