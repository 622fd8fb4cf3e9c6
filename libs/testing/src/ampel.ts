import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment } from '#config';
import { identityOf } from '#embedded-servers';
import { eventually } from './eventually.js';
import { hasFailed, specName } from './spec-file.js';

/** What `run.json` tells about a running Ampel (contract "Running it"). */
export interface RunFile {
  readonly urls: { readonly agent: string; readonly admin: string; readonly widget: string; readonly dashboard: string };
  readonly processes: readonly { readonly role: string; readonly pid: number; readonly port: number }[];
  readonly databaseUrl: string;
  readonly natsUrl: string;
}

/** How a started process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartedAmpel {
  readonly pid: number;
  readonly dataDir: string;
  /** Path of its run.json. */
  readonly runFile: string;
  /** Settles when the start process has ended. */
  readonly ended: Promise<Ended>;
  /** Everything it printed so far. */
  output(): string;
  /** What run.json says now. Throws while there is none. */
  run(): RunFile;
  /** Asks it to stop (SIGTERM) and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Ends it at once. */
  kill9(): Promise<Ended>;
  /** Ends it at once if it still runs and removes its data, unless a test of this file failed. Call it in `afterAll`. */
  discard(): Promise<void>;
}

export interface ReadyAmpel extends StartedAmpel {
  readonly urls: RunFile['urls'];
  readonly adminToken: string;
}

export interface StartOptions {
  /** Variables on top of a clean environment with a free port and an own data folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** One process per role. */
  readonly split?: boolean;
  /** Use this data folder, for instance that of one stopped before; it is not removed at the end. */
  readonly dataDir?: string;
}

const TOKEN = 'insecure-token-of-the-tests';
const READY_MS = 60_000; // a cold machine compiles first

/** Nothing is told by itself after a minute: it would stand between two looks of a spec at the log. */
const QUIET = { AMPEL_COVERAGE_SECONDS: '0' };

/** Starts `npm start`'s program without waiting for anything: to look at a start that fails. */
export function spawnAmpel(options: StartOptions = {}): StartedAmpel {
  const own = options.dataDir === undefined;
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), `ampel-${specName()}-`));
  if (own) chmodSync(dataDir, 0o755); // as root, Postgres runs as another user
  const child = spawn(process.execPath, ['apps/workbench/start.mjs', ...(options.split ? ['--split'] : [])], {
    env: { ...cleanEnvironment(), ...QUIET, AMPEL_PORT: '0', AMPEL_DATA_DIR: dataDir, AMPEL_ADMIN_TOKEN: TOKEN, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // the channel's end tells it that the tests were killed
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const runFile = path.join(dataDir, 'run.json');
  const end = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    dataDir,
    runFile,
    ended,
    output: () => output,
    run: () => JSON.parse(readFileSync(runFile, 'utf8')) as RunFile,
    stop: (signal = 'SIGTERM') => end(signal),
    kill9: () => end('SIGKILL'),
    discard: async () => {
      // A borrowed folder's run.json tells of somebody else's servers, which go on.
      const pids = own && existsSync(runFile) ? (JSON.parse(readFileSync(runFile, 'utf8')) as RunFile).processes.map(({ pid }) => pid) : [];
      await end('SIGKILL');
      // Its servers end by themselves, in their own time, and write until then.
      await eventually(() => pids.every((pid) => !isRunning(pid)), { within: 10_000 });
      if (own && !hasFailed()) rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      else if (own) console.error(`kept the data folder ${dataDir} of the failed spec; it printed:\n${output}`);
    },
  };
}

/** Starts Ampel with a data folder of its own on a free port and waits until it is ready. Throws with what it printed if it ends first. */
export async function startAmpel(options: StartOptions = {}): Promise<ReadyAmpel> {
  if (options.dataDir !== undefined) rmSync(path.join(options.dataDir, 'run.json'), { force: true }); // of a run that was killed
  const started = spawnAmpel(options);
  let over: Ended | undefined;
  void started.ended.then((ended) => (over = ended));
  await eventually(() => over !== undefined || started.run() !== undefined, { within: READY_MS });
  if (over !== undefined) throw new Error(`Ampel ended (${JSON.stringify(over)}):\n${started.output()}`);
  return { ...started, urls: started.run().urls, adminToken: options.env?.['AMPEL_ADMIN_TOKEN'] ?? TOKEN };
}

/** Whether a process of this number runs; one that has ended and only waits to be collected does not. */
export function isRunning(pid: number): boolean {
  return identityOf(pid) !== undefined;
}

/** The variable that carries the shared instance's run.json into the processes of the spec files. */
export const SHARED_AMPEL = 'AMPEL_TEST_RUN_FILE';

/** The Ampel that all end-to-end specs of a run share: make a tenant of your own in it, and do it no harm. */
export function sharedAmpel(): RunFile & { adminToken: string; dataDir: string } {
  const file = environment()[SHARED_AMPEL];
  if (file === undefined) throw new Error('no shared Ampel runs: only files named *.e2e.spec.ts may ask for it (see jest.config.mjs)');
  return { ...(JSON.parse(readFileSync(file, 'utf8')) as RunFile), adminToken: TOKEN, dataDir: path.dirname(file) };
}

/** The environment without what is meant for Jest or for another Ampel. */
function cleanEnvironment(): Record<string, string | undefined> {
  const foreign = /^(AMPEL_(?!CACHE_DIR)|DATABASE_|NATS_|JEST_|NODE_ENV$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(environment()).filter(([name]) => !foreign.test(name)));
}
