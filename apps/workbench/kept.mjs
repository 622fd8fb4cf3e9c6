// npm run kept [-- FOLDER]: starts the Postgres that failed specs left behind, so that one can look into their databases.
import { ensureBuilt } from './prepare.mjs';
import { progressOn } from './progress.mjs';

const { step, say } = progressOn(process.stdout);
await ensureBuilt(step);
const { openKept } = await import('../../dist/apps/workbench/src/open-kept.js');
await openKept(process.argv[2], say);
