import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { environment } from '#config';
import type { Bench, Benchmark } from './benchmark.js';
import { amountRow } from './measure-pairs.js';
import { cpuSecondsOf, memoryOf } from './process-costs.js';

/** dist/apps/workbench/bench: the project lies above dist. */
const PROJECT = fileURLToPath(new URL('../../../..', import.meta.url));
const SOURCES = ['apps', 'libs', 'migrations', 'package.json', 'package-lock.json', '.swcrc', 'tsconfig.json'];

const STARTS = 3;
/** After it is ready: time for what a start leaves behind (Node compiles what runs often and gives memory back, some 40 s long), s. */
const SETTLE = 60;
const IDLE = 30; // s
const READY_MS = 60_000;

/** P11: `npm start` on a fresh clone whose packages are installed, and what Ampel costs while nobody uses it. */
export const coldStart: Benchmark = {
  id: 'P11',
  title: 'cold npm start after install, memory and idle cost of all its processes',
  run: async (bench) => {
    const starts: Started[] = [];
    for (let n = 0; n < (bench.quick ? 1 : STARTS); n += 1) {
      const started = await startCold(bench, path.join(bench.folder, String(n)));
      bench.say(`  ready after ${started.seconds.toFixed(1)} s, ${Math.round(started.memory)} MiB, idle ${started.idle.toFixed(1)} % of a core`);
      starts.push(started);
    }
    const row = { id: 'P11', better: 'lower' } as const;
    return [
      amountRow(starts.map(({ seconds }) => seconds), { ...row, name: 'cold start until ready, compiling included', unit: 's', goal: 5 }),
      amountRow(starts.map(({ memory }) => memory), { ...row, name: 'memory of all processes, shared pages once', unit: 'MiB', goal: 250 }),
      amountRow(starts.map(({ idle }) => idle), { ...row, name: 'processor time while idle', unit: '% of a core', goal: 2 }),
    ];
  },
};

interface Started {
  readonly seconds: number;
  readonly memory: number;
  readonly idle: number;
}

async function startCold(bench: Bench, folder: string): Promise<Started> {
  mkdirSync(folder);
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  for (const name of SOURCES) cpSync(path.join(PROJECT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'));
  const foreign = /^(AMPEL_(?!CACHE_DIR)|DATABASE_|NATS_|NODE_ENV$)/;
  const env = Object.fromEntries(Object.entries(environment()).filter(([name]) => !foreign.test(name)));
  const dataDir = path.join(folder, 'data');
  const began = performance.now();
  const child = spawn(process.execPath, ['apps/workbench/start.mjs'], {
    cwd: folder,
    env: { ...env, AMPEL_PORT: '0', AMPEL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  bench.atEnd(stop);
  while (!existsSync(path.join(dataDir, 'run.json'))) {
    if (child.exitCode !== null || performance.now() > began + READY_MS) throw new Error(`Ampel did not start:\n${output}`);
    await pause(5);
  }
  const seconds = (performance.now() - began) / 1_000;
  const pid = child.pid ?? 0;
  await pause((bench.quick ? 0.2 : SETTLE) * 1_000);
  const cpu = cpuSecondsOf(pid);
  const idleSeconds = bench.quick ? 1 : IDLE;
  await pause(idleSeconds * 1_000);
  const idle = (100 * (cpuSecondsOf(pid) - cpu)) / idleSeconds;
  const memory = memoryOf(pid) / 2 ** 20;
  await stop();
  return { seconds, memory, idle };
}
