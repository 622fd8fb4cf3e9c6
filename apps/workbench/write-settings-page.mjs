// npm run settings-page: writes docs/reference/settings.md from the schema of the settings. A spec of libs/config compares the two.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { settingsPage } = await import('../../dist/libs/config/src/index.js');
writeFileSync(path.join(root, 'docs', 'reference', 'settings.md'), settingsPage());
