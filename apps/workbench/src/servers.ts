import path from 'node:path';
import { cacheFolder, environment } from '#config';
import type { Settings } from '#config';
import { keepRunning, natsBinary, startNats, startPostgres } from '#embedded-servers';
import type { EmbeddedServer, Kept } from '#embedded-servers';
import type { Progress } from './progress.js';
import type { ProcessEntry } from './run-file.js';
import { tellDeath } from './tell-death.js';

/** Postgres and NATS, embedded or not. */
export interface Servers {
  /** The administrator's connection to the maintenance database of an embedded Postgres; undefined with an external one. */
  readonly embeddedPostgresUrl: string | undefined;
  readonly natsUrl: string;
  processes(): ProcessEntry[];
  stop(): Promise<void>;
  /** Ends them at once (SIGKILL). */
  kill(): void;
}

/**
 * Starts the servers that the settings do not name, and keeps them running on their ports. `changed` is called when one runs again
 * under another process id. Throws ServerFault if one cannot be had.
 */
export async function startServers(settings: Settings, dataDir: string, progress: Progress, changed: () => void): Promise<Servers> {
  const keep = (role: string, start: (port: number | undefined) => Promise<EmbeddedServer>): Promise<Kept<EmbeddedServer>> =>
    keepRunning({
      start: (former) => start(former?.port),
      onDeath: tellDeath(role, progress),
      onRestart: (now) => {
        progress.say(`${role} runs again (process ${now.pid})`);
        changed();
      },
    });
  const inFolder = (name: string): { dir: string; logFile: string } => ({
    dir: path.join(dataDir, name),
    logFile: path.join(dataDir, `${name}.log`),
  });

  const startings = new Map<string, Promise<Kept<EmbeddedServer>>>();
  if (settings.databaseUrl === undefined) {
    startings.set('postgres', keep('postgres', (port) => startPostgres({ ...inFolder('postgres'), port })));
  }
  if (settings.natsUrl === undefined) {
    const searchPath = environment()['PATH'] ?? '';
    const program = natsBinary({ cacheDir: cacheFolder(), searchPath, say: (line) => progress.say(`  ${line}`) });
    startings.set('nats', keep('nats', async (port) => startNats({ ...inFolder('nats'), program: await program, port })));
  }
  const outcomes = await Promise.allSettled(startings.values());
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await Promise.all(outcomes.map(async (outcome) => outcome.status === 'fulfilled' && outcome.value.stop()));
    throw failed.reason;
  }
  const running = new Map<string, Kept<EmbeddedServer>>();
  for (const [role, starting] of startings) running.set(role, await starting);

  const nats = settings.natsUrl ?? running.get('nats')?.current().url;
  if (nats === undefined) throw new Error('no NATS was started');
  return {
    embeddedPostgresUrl: running.get('postgres')?.current().url,
    natsUrl: nats,
    processes: () => [...running].map(([role, kept]) => ({ role, pid: kept.current().pid, port: kept.current().port })),
    stop: async () => void (await Promise.all([...running.values()].map((kept) => kept.stop()))),
    kill: () => {
      for (const kept of running.values()) void kept.current().kill();
    },
  };
}
