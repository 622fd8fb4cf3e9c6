// npm run bus-users: writes the users of the bus and their rights as nats-server reads them. A spec of the workbench compares them.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, root } from './prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { usersFile } = await import('../../dist/apps/workbench/src/deployment/users-file.js');
writeFileSync(path.join(root, 'deploy', 'nats', 'users.conf'), usersFile());
