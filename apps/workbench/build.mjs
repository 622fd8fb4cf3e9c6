// npm run build: compiles everything into dist/ if a source has changed.
import { ensureBuilt } from './prepare.mjs';
import { progressOn } from './progress.mjs';

try {
  await ensureBuilt(progressOn(process.stdout).step);
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}
