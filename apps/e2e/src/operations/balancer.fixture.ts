import { Agent, createServer, type IncomingMessage, request as send, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Door {
  readonly url: URL;
  /** Keeps connections, as balancers do: a process that stops must part with them in good order. */
  readonly agent: Agent;
  ready: boolean;
  served: number;
}

/** How often a door is asked whether it is ready, ms. */
const ASK_EVERY_MS = 100;

/**
 * What stands in front of several processes: asks each at `/readyz`, sends every request to the next one that is ready, over connections
 * it keeps. It never tries a request again: one that is lost on the way is answered with 502.
 */
export class Balancer {
  readonly #doors: Door[];
  readonly #server: Server;
  #turn = 0;
  #asking: NodeJS.Timeout | undefined;

  constructor(urls: readonly string[]) {
    this.#doors = urls.map((url) => ({ url: new URL(url), agent: new Agent({ keepAlive: true }), ready: false, served: 0 }));
    this.#server = createServer((request, response) => this.#pass(request, response));
    this.#server.keepAliveTimeout = 0; // callers part with it: a connection closed after Node's 5 s may be carrying a caller's next request
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#asking = setInterval(() => void this.ask(), ASK_EVERY_MS);
    await this.ask();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get readyDoors(): number {
    return this.#doors.filter(({ ready }) => ready).length;
  }

  /** Requests that each process answered. */
  get served(): number[] {
    return this.#doors.map(({ served }) => served);
  }

  async ask(): Promise<void> {
    await Promise.all(
      this.#doors.map(async (door) => {
        door.ready = await fetch(new URL('/readyz', door.url)).then(({ status }) => status === 200, () => false);
      }),
    );
  }

  stop(): void {
    clearInterval(this.#asking);
    for (const { agent } of this.#doors) agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const ready = this.#doors.filter((door) => door.ready);
    const door = ready[(this.#turn += 1) % Math.max(1, ready.length)];
    if (!door) return void response.writeHead(502).end('{"code":"nobody-is-ready"}');
    const { hostname, port } = door.url;
    const { method, url: path, headers } = request;
    const onward = send({ hostname, port, method, path, headers, agent: door.agent }, (answer) => {
      door.served += 1;
      const { connection: _, 'keep-alive': __, ...headers } = answer.headers; // told to us about our connection with the door
      response.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(response);
    });
    onward.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(JSON.stringify({ code: 'lost-on-the-way', detail: error.message }));
    });
    request.pipe(onward);
  }
}
