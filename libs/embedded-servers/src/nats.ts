import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sizeOf, untilReady } from './embedded-server.js';
import type { EmbeddedServer } from './embedded-server.js';
import { freePort } from './free-port.js';
import { newPassword } from './new-password.js';
import { identityOf, isStillRunning } from './process-identity.js';
import { ServerFault } from './server-fault.js';
import { startTied } from './tied-process.js';

export interface NatsOptions {
  /** Absolute path of nats-server. */
  readonly program: string;
  /** The folder of its settings and, below `jetstream/`, its store; made if missing. */
  readonly dir: string;
  readonly logFile: string;
  /** The port to take on 127.0.0.1; without one any free port. */
  readonly port?: number | undefined;
  /** The `authorization` block of its settings; `passwordOf` gives a user's password in quotes. Without it there is the administrator alone. */
  readonly authorization?: ((passwordOf: (user: string) => string) => string) | undefined;
}

/** A nats-server; passwords of its users lie in its folder, so they stay over a restart. */
export interface NatsServer extends EmbeddedServer {
  /** Where this user reaches it, with the password. */
  urlFor(user: string): string;
}

const ADMINISTRATOR = 'ampel';
const READY_MS = 30_000; // a large store is read through first
const PREDECESSOR_MS = 10_000;

/**
 * Starts nats-server with JetStream on 127.0.0.1, for users whose passwords lie in `dir` (mode 0600). It ends with this process,
 * however that ends. Two servers on one store would spoil it, so the end of a predecessor is awaited.
 * Throws ServerFault with a sentence that says what to do.
 */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const { dir, logFile, program } = options;
  mkdirSync(dir, { recursive: true });
  await untilPredecessorEnded(dir);
  const { authorization = administratorAlone } = options;
  const authorized = authorization((user) => `"${passwordIn(dir, user)}"`);
  const giveUpAt = performance.now() + PREDECESSOR_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    const settings = path.join(dir, 'nats-server.conf');
    writeFileSync(settings, settingsFor(dir, port, authorized), { mode: 0o600 });
    const log = { file: logFile, start: sizeOf(logFile) };
    const server = await startTied(program, ['-c', settings], { signal: 'TERM', graceSeconds: 6, logFile });
    writeFileSync(path.join(dir, 'process'), identityOf(server.pid) ?? '');
    const failure = await untilReady(server, () => greets(port), log, READY_MS);
    if (failure === undefined) {
      const urlFor = (user: string): string => `nats://${user}:${passwordIn(dir, user)}@127.0.0.1:${port}`;
      const { pid, exited, stop, kill } = server;
      return { pid, port, url: urlFor(ADMINISTRATOR), urlFor, exited, stop, kill };
    }
    if (!/address already in use/i.test(failure) || performance.now() > giveUpAt) {
      const last = failure.split('\n').slice(-5).join('\n');
      throw new ServerFault('server-did-not-start', `nats-server did not start. Its log (${logFile}) ends with:\n${last}`);
    }
    await pause(150); // ms
  }
}

/** Only settings that nats-server 2.9 knows: it refuses to start with others. */
function settingsFor(dir: string, port: number, authorization: string): string {
  return [`listen: "127.0.0.1:${port}"`, `jetstream { store_dir: ${JSON.stringify(dir)} }`, authorization, ''].join('\n');
}

function administratorAlone(passwordOf: (user: string) => string): string {
  return `authorization { users = [ { user: "${ADMINISTRATOR}", password: ${passwordOf(ADMINISTRATOR)} } ] }`;
}

function passwordIn(dir: string, user: string): string {
  const file = path.join(dir, `${user}.password`);
  if (!existsSync(file)) writeFileSync(file, `${newPassword()}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function untilPredecessorEnded(dir: string): Promise<void> {
  const file = path.join(dir, 'process');
  if (!existsSync(file)) return;
  const predecessor = readFileSync(file, 'utf8');
  const giveUpAt = performance.now() + PREDECESSOR_MS;
  while (isStillRunning(predecessor)) {
    if (performance.now() > giveUpAt) {
      throw new ServerFault(
        'folder-in-use',
        `Another nats-server (process ${Number.parseInt(predecessor, 10)}) uses the folder ${dir}. ` +
          'Stop the Ampel that started it, or choose another folder with AMPEL_DATA_DIR.',
      );
    }
    await pause(50); // ms
  }
}

/** A nats-server greets every connection with an INFO line as soon as it takes clients, JetStream is up by then. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 500 });
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('data', (bytes) => answer(bytes.toString('latin1').startsWith('INFO ')));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => answer(false));
  });
}
