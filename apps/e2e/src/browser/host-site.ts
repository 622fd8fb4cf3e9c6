import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';

/** What a customer's page looks like to its browser. */
export interface HostPage {
  /** What stands in the body. */
  readonly body: string;
  readonly policy?: string;
  readonly lang?: string;
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * A customer's web site on an origin of its own, with the pages that a spec gives it. `/axe.js` is the accessibility checker: pages that
 * a spec wants to be looked at carry it themselves, for their policy may forbid what a debugger would inject.
 */
export class HostSite {
  readonly #pages = new Map<string, HostPage>();
  readonly #server: Server = createServer((request, response) => this.#serve(request, response));

  private constructor() {}

  static async start(): Promise<HostSite> {
    const site = new HostSite();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Gives the address of a new page. */
  add(page: HostPage): string {
    const path = `/page-${this.#pages.size}`;
    this.#pages.set(path, page);
    return this.origin + path;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const page = this.#pages.get(url);
    if (url === '/axe.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(AXE));
    else if (!page) response.writeHead(404).end();
    else {
      const policy = page.policy === undefined ? {} : { 'content-security-policy': page.policy };
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...policy }).end(htmlOf(page));
    }
  }
}

const htmlOf = ({ body, lang = 'de' }: HostPage): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ein Laden</title>` +
  `<link rel="icon" href="data:,"></head><body><main><h1>Ein Laden</h1>${body}</main></body></html>`;
