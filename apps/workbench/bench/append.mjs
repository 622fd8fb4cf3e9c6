// P1 and P2 of the targets: durable appends through the whole command path against single-row inserts, on a server of its own that
// syncs to disk. Interleaved pairs; medians; the growth of the cost over more streams. Run: node apps/workbench/bench/append.mjs [--json FILE]
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ensureBuilt } from '../prepare.mjs';

await ensureBuilt((line, work) => (console.log(line), work()), { tolerant: true });
const { startPostgres } = await import('../../../dist/libs/embedded-servers/src/index.js');
const { ensureServiceLogin, migrate } = await import('../../../dist/migrations/index.js');
const { createPools } = await import('../../../dist/libs/database/src/index.js');
const { PostgresEventStore, handleCommand } = await import('../../../dist/libs/event-store/src/index.js');

const PAIRS = 5;
const SECONDS = 3; // of each half of a pair
const TENANTS = 200;
const DATA = { from: 'online', to: 'busy', sessionId: randomUUID(), device: 'desktop' };
const machine = `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`;

const folder = mkdtempSync(path.join(tmpdir(), 'ampel-bench-'));
chmodSync(folder, 0o755); // as root, Postgres runs as another user
const server = await startPostgres({ dir: path.join(folder, 'postgres'), logFile: path.join(folder, 'postgres.log') });
const results = [];
try {
  await migrate(server.url);
  const pools = createPools(await ensureServiceLogin(server.url, { user: 'ampel_bench', password: randomUUID() }));
  const store = new PostgresEventStore(pools);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE TABLE public.plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream_id text NOT NULL,
                       type text NOT NULL, data jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())`);

  const streams = streamsOf(4_096);
  results.push(await compare(store, streams, { id: 'P1', name: 'append, 256 callers', callers: 256, clients: 32, goal: 2.0 }));
  results.push(await compare(store, streams, { id: 'P2', name: 'append, 8 callers', callers: 8, clients: 8, goal: 0.6 }));
  console.table(results.map(({ machine: _, ...row }) => row));
  for (const times of [1, 2, 4]) {
    const grown = streamsOf(4_096 * times);
    await appends(store, grown, 256, SECONDS);
    console.log(`${grown.length} more streams: ${(1e6 / (await appends(store, grown, 256, SECONDS))).toFixed(0)} microseconds per append`);
  }
  await admin.end();
  await pools.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
const file = process.argv.indexOf('--json');
if (file > 0) writeFileSync(process.argv[file + 1], JSON.stringify(results, null, 2));

async function compare(store, streams, { id, name, callers, clients, goal }) {
  await appends(store, streams, callers, SECONDS);
  await inserts(clients, 1);
  const pairs = [];
  for (let n = 0; n < PAIRS; n += 1) {
    const ours = await appends(store, streams, callers, SECONDS);
    const yardstick = await inserts(clients, SECONDS);
    pairs.push({ ours, yardstick, ratio: ours / yardstick });
    console.log(`${id} pair ${n + 1}: ${ours.toFixed(0)}/s against ${yardstick.toFixed(0)}/s = ${(ours / yardstick).toFixed(2)}`);
  }
  const ratios = pairs.map(({ ratio }) => ratio);
  const ratio = median(ratios);
  return {
    id, name, unit: '1/s', goal, machine, ratio: rounded(ratio), min: rounded(Math.min(...ratios)), max: rounded(Math.max(...ratios)),
    ours: Math.round(median(pairs.map(({ ours }) => ours))), yardstick: Math.round(median(pairs.map(({ yardstick }) => yardstick))),
    met: ratio >= goal,
  };
}

/** Commands a second, each with load, decision, idempotency and expected version. */
async function appends(store, streams, callers, seconds) {
  let done = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  const fold = {
    category: 'agent', stateVersion: 1, initial: { intent: 'offline', version: 0, since: 0, sessions: [], groups: ['g'] },
    evolve: (state, event) => ({ ...state, intent: event.data.to, version: state.version + 1, since: event.effectiveAt }),
  };
  const caller = async () => {
    while (performance.now() < end) {
      const stream = streams[done % streams.length];
      done += 1;
      await handleCommand(store, {
        stream, fold, actor: { kind: 'agent', id: stream.streamId },
        idempotency: { commandId: hash(`${stream.tenantId} PUT /status ${randomUUID()}`), requestHash: hash('{"status":"busy"}') },
        decide: (state) => [{ type: 'StatusChanged', data: { ...DATA, from: state.intent, to: state.intent === 'online' ? 'busy' : 'online' } }],
      });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return done / ((performance.now() - began) / 1000);
}

/** The yardstick: prepared single-row inserts, one transaction each. */
async function inserts(clients, seconds) {
  const connections = await Promise.all(Array.from({ length: clients }, async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    return client;
  }));
  let done = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  const values = [randomUUID(), 'StatusChanged', JSON.stringify(DATA)];
  await Promise.all(connections.map(async (client) => {
    while (performance.now() < end) {
      await client.query({ name: 'plain', text: 'INSERT INTO public.plain (stream_id, type, data) VALUES ($1, $2, $3)', values });
      done += 1;
    }
  }));
  const perSecond = done / ((performance.now() - began) / 1000);
  await Promise.all(connections.map((client) => client.end()));
  return perSecond;
}

function streamsOf(count) {
  const tenants = Array.from({ length: TENANTS }, (_, n) => ({ tenantId: randomUUID(), partition: n % 64 }));
  return Array.from({ length: count }, (_, n) => ({ ...tenants[n % TENANTS], streamId: `agent-${randomUUID()}` }));
}

function hash(text) {
  return createHash('sha256').update(text).digest('base64url');
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function rounded(number) {
  return Math.round(number * 100) / 100;
}
