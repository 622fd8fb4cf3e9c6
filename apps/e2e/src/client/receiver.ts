import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { CloudEvent } from '#contract';

/** A delivery as it arrived, verified or not. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the public library gives for the body; null: it did not verify. */
  readonly event: CloudEvent | null;
}

/** Somebody else's service that receives webhooks, written with the library of Standard Webhooks. It listens on this machine. */
export class Receiver {
  readonly received: Received[] = [];
  private server: http.Server | undefined;
  private port = 0;
  private secret = '';
  private status = 204;

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await receiver.up();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks?of=spec`;
  }

  /** Verified events, in order of arrival; doubles once. */
  get events(): CloudEvent[] {
    const events = this.received.flatMap(({ event }) => (event === null ? [] : [event]));
    return events.filter((event, index) => events.findIndex(({ id }) => id === event.id) === index);
  }

  /** The secret it verifies with from now on. */
  trust(secret: string | undefined): void {
    if (secret === undefined) throw new Error('no secret was shown');
    this.secret = secret;
  }

  /** What it answers from now on. */
  answer(status: number): void {
    this.status = status;
  }

  /** Listens (again, on the same port). */
  async up(): Promise<void> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const headers = request.headers as Record<string, string>;
        this.received.push({ headers, body, event: this.verified(body, headers) });
        response.writeHead(this.status).end();
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  /** Nobody listens any more. */
  async down(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private verified(body: string, headers: Readonly<Record<string, string>>): CloudEvent | null {
    try {
      return new Webhook(this.secret).verify(body, { ...headers }) as CloudEvent;
    } catch {
      return null;
    }
  }
}
