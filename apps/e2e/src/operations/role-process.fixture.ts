import { type ChildProcess, spawn } from 'node:child_process';
import { environment } from '#config';
import { freePort } from '#embedded-servers';
import { eventually } from '#testing';

/** A role as its operator runs it: `node dist/apps/<role>/src/main.js`, on a port of its own that it keeps over restarts. */
export class RoleProcess {
  /** Everything it wrote to stdout, over all its runs: its log. */
  log = '';
  #child: ChildProcess | undefined;
  #ended: Promise<{ code: number | null; stderr: string }> = Promise.resolve({ code: null, stderr: '' });

  private constructor(
    readonly role: string,
    readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param env the whole environment but PATH and AMPEL_PORT */
  static async prepare(role: string, env: Readonly<Record<string, string>>): Promise<RoleProcess> {
    const port = await freePort(0, '127.0.0.1');
    return new RoleProcess(role, `http://127.0.0.1:${port}`, { ...env, AMPEL_PORT: String(port) });
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it and waits until it is ready, at most half a minute. */
  async start(): Promise<void> {
    this.spawn();
    await eventually(async () => (await fetch(`${this.url}/readyz`)).status === 200, { within: 30_000 });
  }

  spawn(): void {
    const main = `dist/apps/${this.role}/src/main.js`;
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      env: { PATH: environment()['PATH'], ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (this.log += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  }

  /** How its present run ended. */
  get ended(): Promise<{ code: number | null; stderr: string }> {
    return this.#ended;
  }

  /** Asks it to stop; gives its exit code and how long it took, ms. */
  async stop(): Promise<{ code: number | null; ms: number; stderr: string }> {
    const began = performance.now();
    this.#child?.kill('SIGTERM');
    const { code, stderr } = await this.#ended;
    return { code, stderr, ms: performance.now() - began };
  }

  /** Ends it at once, whatever it does. */
  async discard(): Promise<void> {
    if (this.#child === undefined) return;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
