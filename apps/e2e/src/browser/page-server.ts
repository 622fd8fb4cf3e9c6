import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { INSECURE_HOST } from './chromium.js';

/** A request of the agent API as it passed. */
export interface Passed {
  /** Method and path below /agent/v1, like `POST /heartbeat`. */
  readonly what: string;
  /** When it came, `performance.now()`. */
  readonly at: number;
  /** Undefined until it is answered. */
  status?: number;
  /** When the answer, or the stream, ended. */
  endedAt?: number;
}

/** What the page is told by its server. */
export interface PageSettings {
  readonly tenant: string;
  readonly email: string;
  readonly password: string;
  readonly device: 'desktop' | 'mobile';
  readonly pingSeconds: number;
}

/**
 * One device's web site: an origin of its own on 127.0.0.1 with the page, the compiled modules as they are, and the agent API passed on
 * (its door answers no foreign origin). Browsers keep storage, locks and channels apart by origin, so each server is a device.
 */
export class PageServer {
  readonly passed: Passed[] = [];
  readonly #streams = new Set<() => unknown>();
  readonly #server = createServer((incoming, response) => this.#serve(incoming, response));

  private constructor(
    private readonly agentApi: string,
    private readonly settings: PageSettings,
  ) {}

  static async start(agentApi: string, settings: PageSettings): Promise<PageServer> {
    const server = new PageServer(agentApi, settings);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The same site as a browser reaches it that does not trust it. */
  get insecureUrl(): string {
    return this.url.replace('127.0.0.1', INSECURE_HOST);
  }

  /** From now on nothing comes through the streams that are open, and they do not end: a connection that is dead on the way. */
  hushStreams(): void {
    for (const hush of this.#streams) hush();
  }

  /** Requests of this kind that came since (`performance.now()`). */
  count(what: string, since = 0): number {
    return this.list(what, since).length;
  }

  list(what: string, since = 0): Passed[] {
    return this.passed.filter((one) => one.what === what && one.at >= since);
  }

  /** Streams that are open now. */
  get openStreams(): number {
    return this.list('GET /stream').filter(({ status, endedAt }) => status === 200 && endedAt === undefined).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(incoming.url ?? '/', this.url);
    if (pathname.startsWith('/agent/v1/')) return this.#pass(incoming, response);
    if (pathname === '/') return give(response, 'text/html', PAGE);
    if (pathname === '/settings.json') return give(response, 'application/json', JSON.stringify(this.settings));
    const module = /^\/dist\/((?:apps|libs)\/[\w./-]+\.js)$/.exec(pathname)?.[1];
    if (module && !module.includes('..')) return give(response, 'text/javascript', readFileSync(path.resolve('dist', module), 'utf8'));
    response.writeHead(404).end();
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const what = `${incoming.method} ${(incoming.url ?? '').replace(/^\/agent\/v1|\?.*$/g, '')}`;
    const passed: Passed = { what, at: performance.now() };
    this.passed.push(passed);
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '', this.agentApi), { method, headers }, (answer) => {
      passed.status = answer.statusCode ?? 0;
      response.writeHead(passed.status, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      if (what !== 'GET /stream') return;
      const hush = (): unknown => answer.unpipe(response).resume();
      this.#streams.add(hush);
      response.on('close', () => this.#streams.delete(hush));
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => {
      passed.endedAt = performance.now();
      onward.destroy();
    });
    incoming.pipe(onward);
  }
}

/** Names of rooms resolve in the page as they do in Node. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>an agent's page</title>
<script type="importmap">{"imports": {"#presence-client": "/dist/libs/presence-client/src/index.js"}}</script>
<script type="module" src="/dist/apps/e2e/src/browser/agent-page.js"></script>`;

function give(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }).end(text);
}
