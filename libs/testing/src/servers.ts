import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as embedded from '#embedded-servers';
import type { EmbeddedServer } from '#embedded-servers';
import { sharedServers } from './shared-servers.js';
import { specName, specWorker } from './spec-file.js';

/**
 * The nats-server of this worker of the run, with JetStream; its URL holds user and password. The files of one worker come one after the
 * other, and a stream stays: they keep apart by the names of their streams.
 */
export function natsUrl(): string {
  const { natsUrls } = sharedServers();
  return natsUrls[(specWorker() - 1) % natsUrls.length] as string;
}

/** A server of one spec file's own, to do harm to. Its URL stays the same over a restart. */
export interface OwnServer {
  readonly url: string;
  readonly port: number;
  /** Process id of the present run. */
  pid(): number;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data; `wiped` = with its data gone (nats-server only). */
  restart(options?: { wiped?: boolean }): Promise<void>;
  /** Ends it and removes its data. Call it in `afterAll`. */
  discard(): Promise<void>;
}

/** Starts a nats-server with JetStream of its own. */
export function startNats(): Promise<OwnServer> {
  const program = sharedServers().natsProgram;
  return ownServer('nats', (folder, port) =>
    embedded.startNats({ program, dir: path.join(folder, 'data'), logFile: path.join(folder, 'log'), port }),
  );
}

/** Starts a Postgres of its own, empty. `durable` syncs to disk, as in production. */
export function startPostgres({ durable = false }: { durable?: boolean } = {}): Promise<OwnServer> {
  return ownServer('postgres', (folder, port) =>
    embedded.startPostgres({ dir: path.join(folder, 'data'), logFile: path.join(folder, 'log'), port, fast: !durable }),
  );
}

async function ownServer(name: string, start: (folder: string, port?: number) => Promise<EmbeddedServer>): Promise<OwnServer> {
  const folder = mkdtempSync(path.join(sharedServers().folder, `${name}-${specName()}-`));
  chmodSync(folder, 0o755); // as root, Postgres runs as another user
  let server = await start(folder);
  const { url, port } = server;
  return {
    url,
    port,
    pid: () => server.pid,
    stop: async () => void (await server.stop()),
    kill: async () => void (await server.kill()),
    restart: async ({ wiped = false } = {}) => {
      await server.stop();
      if (wiped) rmSync(path.join(folder, 'data', 'jetstream'), { recursive: true, force: true });
      server = await start(folder, port);
    },
    discard: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
