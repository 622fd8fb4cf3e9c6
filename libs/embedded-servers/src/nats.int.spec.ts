import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { cacheFolder, environment } from '#config';
import { startNats } from './nats.js';
import { natsBinary } from './nats-binary.js';
import { scratchFolder } from './scratch-folder.fixture.js';

function connectTo(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password, reconnect: false });
}

describe('an embedded nats-server', () => {
  let scratch: ReturnType<typeof scratchFolder>;
  let program: string;
  let dir: string;
  let logFile: string;
  beforeAll(async () => {
    scratch = scratchFolder();
    dir = path.join(scratch.folder, 'nats');
    logFile = path.join(scratch.folder, 'log');
    program = await natsBinary({ cacheDir: cacheFolder(), searchPath: environment()['PATH'] ?? '' });
  });
  afterAll(() => scratch.remove());

  it('keeps its store, in its usual layout, and its port over a kill and a new start', async () => {
    const first = await startNats({ program, dir, logFile });
    const connection = await connectTo(first.url);
    await (await jetstreamManager(connection)).streams.add({ name: 'kept', subjects: ['kept.>'] });
    await jetstream(connection).publish('kept.one', 'text');
    await connection.close();
    await first.kill();
    const second = await startNats({ program, dir, logFile, port: first.port });
    expect(second.url).toBe(first.url);
    const again = await connectTo(second.url);
    expect((await (await jetstreamManager(again)).streams.info('kept')).state.messages).toBe(1);
    await again.close();
    await second.stop();
    expect(existsSync(path.join(dir, 'jetstream', '$G', 'streams', 'kept'))).toBe(true);
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const server = await startNats({ program, dir, logFile });
    await expect(connect({ servers: new URL(server.url).host, reconnect: false })).rejects.toThrow(/authorization/i);
    for (const name of ['ampel.password', 'nats-server.conf']) expect(statSync(path.join(dir, name)).mode & 0o077).toBe(0);
    await server.stop();
  });

  it('never shares its store with a predecessor: it waits for its end', async () => {
    const first = await startNats({ program, dir, logFile });
    const starting = startNats({ program, dir, logFile });
    await first.stop();
    const second = await starting;
    expect(readFileSync(path.join(dir, 'process'), 'utf8')).toMatch(new RegExp(`^${second.pid} `));
    await second.stop();
  });

  it('that cannot be had is explained, with what to do', async () => {
    const nowhere = { cacheDir: path.join(scratch.folder, 'none'), searchPath: '/nonexistent', systemFolders: [] };
    await expect(natsBinary(nowhere)).rejects.toThrow(/There is no nats-server on this machine.*Install it.*or set NATS_URL/);
  });

  it('is not fetched if it lies on the PATH', async () => {
    expect(await natsBinary({ cacheDir: '/nonexistent', searchPath: path.dirname(program), fetch: false })).toBe(program);
  });
});
