// npm run schema: migrates an empty database on a server of its own and writes its shape to migrations/schema.sql.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ensureBuilt, root } from './prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { startPostgres } = await import('../../dist/libs/embedded-servers/src/index.js');
const { dumpSchema, migrate } = await import('../../dist/migrations/index.js');

const folder = mkdtempSync(path.join(tmpdir(), 'ampel-schema-'));
chmodSync(folder, 0o755); // as root, Postgres runs as another user
const server = await startPostgres({ dir: path.join(folder, 'postgres'), logFile: path.join(folder, 'postgres.log'), fast: true });
try {
  await migrate(server.url, console.log);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const file = path.join(root, 'migrations', 'schema.sql');
  const dump = await dumpSchema(client).finally(() => client.end());
  writeFileSync(file, dump);
  console.log(`wrote ${path.relative(process.cwd(), file)}`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
