import path from 'node:path';
import { cacheFolder, environment } from '#config';
import type { Settings } from '#config';
import { keepRunning, natsBinary, startNats, startPostgres } from '#embedded-servers';
import type { EmbeddedServer, Kept, NatsServer } from '#embedded-servers';
import { ADMINISTRATOR, busAuthorization } from '#messaging';
import type { Progress } from './progress.js';
import type { ProcessEntry } from './run-file.js';
import { tellDeath } from './tell-death.js';

/** Postgres and NATS, embedded or not. */
export interface Servers {
  /** The administrator's connection to the maintenance database of an embedded Postgres; undefined with an external one. */
  readonly embeddedPostgresUrl: string | undefined;
  /** The administrator's, of an embedded NATS. */
  readonly natsUrl: string;
  /** Where this user of the bus reaches it; an external NATS is reached as the settings say. */
  natsUrlFor(user: string): string;
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
  const keep = <S extends EmbeddedServer>(role: string, start: (port: number | undefined) => Promise<S>): Promise<Kept<S>> =>
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

  let nats: Promise<Kept<NatsServer>> | undefined;
  const startings = new Map<string, Promise<Kept<EmbeddedServer>>>();
  if (settings.databaseUrl === undefined) {
    startings.set('postgres', keep('postgres', (port) => startPostgres({ ...inFolder('postgres'), port })));
  }
  if (settings.natsUrl === undefined) {
    const searchPath = environment()['PATH'] ?? '';
    const program = natsBinary({ cacheDir: cacheFolder(), searchPath, say: (line) => progress.say(`  ${line}`) });
    const start = async (port?: number): Promise<NatsServer> =>
      startNats({ ...inFolder('nats'), program: await program, port, authorization: busAuthorization });
    startings.set('nats', (nats = keep('nats', start)));
  }
  const outcomes = await Promise.allSettled(startings.values());
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await Promise.all(outcomes.map(async (outcome) => outcome.status === 'fulfilled' && outcome.value.stop()));
    throw failed.reason;
  }
  const running = new Map<string, Kept<EmbeddedServer>>();
  for (const [role, starting] of startings) running.set(role, await starting);

  const keptNats = await nats;
  const natsUrlFor = (user: string): string => settings.natsUrl ?? keptNats?.current().urlFor(user) ?? '';
  return {
    embeddedPostgresUrl: running.get('postgres')?.current().url,
    natsUrl: natsUrlFor(ADMINISTRATOR),
    natsUrlFor,
    processes: () => [...running].map(([role, kept]) => ({ role, pid: kept.current().pid, port: kept.current().port })),
    stop: async () => void (await Promise.all([...running.values()].map((kept) => kept.stop()))),
    kill: () => {
      for (const kept of running.values()) void kept.current().kill();
    },
  };
}
