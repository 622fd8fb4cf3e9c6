// Receivers of webhooks for the sender's specs, on this machine. It holds no spec itself.
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Arrived {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** What a receiver does with a request: answers with a status, or with whatever it does by itself. */
export type Behaviour = number | ((request: Arrived, response: http.ServerResponse) => void);

export class Receiver {
  readonly arrived: Arrived[] = [];
  /** Requests at once, the most so far. */
  most = 0;
  private now = 0;

  private constructor(
    private readonly server: http.Server,
    readonly port: number,
    public behaviour: Behaviour,
  ) {}

  static async start(behaviour: Behaviour = 204): Promise<Receiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, (server.address() as AddressInfo).port, behaviour);
    server.on('request', (request, response) => receiver.take(request, response));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Ids of the events that arrived, doubles once, in order of arrival. */
  get ids(): string[] {
    return [...new Set(this.arrived.map(({ headers }) => String(headers['webhook-id'])))];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    response.once('close', () => (this.now -= 1));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrived = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), at: Date.now() };
      this.arrived.push(arrived);
      if (typeof this.behaviour === 'number') response.writeHead(this.behaviour).end();
      else this.behaviour(arrived, response);
    });
  }
}

/** Takes connections and never says a word. */
export async function startMute(): Promise<{ url: string; stop(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
