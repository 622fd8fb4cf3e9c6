import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { type Environment, environment } from '#config';
import { eventually } from '#testing';

/** Debian's and other systems' names of it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The Chromium to test with: `CHROMIUM_PATH`, else one on the PATH; undefined if there is none. */
export function findChromium(env: Environment = environment()): string | undefined {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH'];
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram);
}

/** A browser that treats pages as a person's does: hidden tabs are hidden, their timers throttled, nothing is emulated. */
export interface Browser {
  readonly context: BrowserContext;
  /** Stops every process of the browser in its tracks, as a machine that sleeps without telling the page; then lets them go on. */
  suspend(): void;
  wake(): void;
  close(): Promise<void>;
}

/** A cold machine reads 300 MB first, ms. */
const START_MS = 30_000;

/** A name that leads to 127.0.0.1; browsers trust that address without TLS, but not this name, so its pages have no Web Locks. */
export const INSECURE_HOST = 'insecure.test';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage'],
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`, // never any foreign host
  // Timers of a hidden page run once a minute as they do for everybody, but after 1 s instead of 5 minutes.
  '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1',
];

/**
 * Starts Chromium with a profile of its own and speaks to it by the DevTools protocol. Playwright does not start it, because then it
 * keeps every page visible and focused and switches throttling off. The pipe is only its life line: Chromium ends when we do.
 */
export async function launchChromium(program: string): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'ampel-chromium-'));
  const args = [...FLAGS, `--user-data-dir=${profile}`, '--remote-debugging-port=0', '--remote-debugging-pipe', 'about:blank'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  let complaints = '';
  child.stderr?.on('data', (bytes: Buffer) => (complaints += bytes.toString('utf8')));
  let over = false;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  void ended.then(() => (over = true));
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && !over) process.kill(-child.pid, name); // all of its processes: it leads a group of its own
  };
  const close = async (): Promise<void> => {
    signal('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const port = await eventually(() => over || portOf(profile), { within: START_MS });
    if (port === true) throw new Error(`${program} ended:\n${complaints}`);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    const [context] = browser.contexts();
    if (!context) throw new Error('Chromium has no window');
    const disconnect = (): Promise<void> => browser.close().catch(() => undefined);
    return { context, suspend: () => signal('SIGSTOP'), wake: () => signal('SIGCONT'), close: () => disconnect().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The port on which Chromium listens, once it does. Throws before. */
function portOf(profile: string): string {
  const [port = ''] = readFileSync(path.join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
  if (!/^\d+$/.test(port)) throw new Error('no port yet');
  return port;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
