// npm run metrics-page: starts every role on servers of its own and writes docs/reference/metrics.md from what they tell.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt, root } from './prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { startNats, startPostgres, natsBinary } = await import('../../dist/libs/embedded-servers/src/index.js');
const { cacheFolder } = await import('../../dist/libs/config/src/index.js');
const { ensureServiceLogin, migrate } = await import('../../dist/migrations/index.js');
const { loadRoles } = await import('../../dist/apps/workbench/src/all-in-one.js');
const { metricsPage } = await import('../../dist/apps/workbench/src/metrics-page.js');

const folder = mkdtempSync(path.join(tmpdir(), 'ampel-metrics-'));
chmodSync(folder, 0o755); // as root, Postgres runs as another user
const at = (name) => path.join(folder, name);
const program = await natsBinary({ cacheDir: cacheFolder(), searchPath: process.env.PATH ?? '' });
const postgres = await startPostgres({ dir: at('postgres'), logFile: at('postgres.log'), fast: true });
const nats = await startNats({ program, dir: at('nats'), logFile: at('nats.log') });
try {
  await migrate(postgres.url);
  const databaseUrl = await ensureServiceLogin(postgres.url, { user: 'ampel', password: 'insecure' });
  writeFileSync(path.join(root, 'docs', 'reference', 'metrics.md'), await metricsPage({ databaseUrl, natsUrl: nats.url }, await loadRoles()));
} finally {
  await nats.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
