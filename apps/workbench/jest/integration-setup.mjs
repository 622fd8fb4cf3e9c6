// Once per run with integration specs: one Postgres for all of them and a nats-server for each worker. Jest starts the spec files' processes
// afterwards, so they inherit the variable.
import { ensureBuilt } from '../prepare.mjs';

export default async function setUp({ maxWorkers }) {
  await ensureBuilt((_line, work) => work(), { tolerant: true });
  const { SHARED_SERVERS, startSharedServers } = await import('../../../dist/libs/testing/src/start-shared-servers.js');
  const { servers, stop } = await startSharedServers(maxWorkers);
  process.env[SHARED_SERVERS] = JSON.stringify(servers);
  globalThis.stopSharedServers = stop;
}
