import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a load came to. */
export interface Answered {
  readonly perSecond: number;
  readonly answers: number;
  /** ms from the sending of a request to the end of its answer; empty unless asked for. */
  readonly latencies: readonly number[];
}

/** Gives the next request, ready to be sent. */
export type NextRequest = () => Buffer;

/** A request as bytes. */
export function requestOf(method: string, origin: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Buffer {
  const lines = Object.entries({ host: new URL(origin).host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** Connections that stay open and send ready-made requests: as little work of their own as can be, for they share the machine. */
export class HttpLoad {
  private readonly ticks = new Set<NodeJS.Timeout>();
  private turn = 0;

  private constructor(
    private readonly connections: Connection[],
    private readonly expected: number,
    private readonly openOne: () => Promise<Connection>,
  ) {}

  /** @param expected the status that every answer must have; any other ends the load with an error */
  static async open(origin: string, connections: number, expected: number): Promise<HttpLoad> {
    const { hostname, port } = new URL(origin);
    const openOne = (): Promise<Connection> => Connection.open(hostname, Number(port));
    const open: Connection[] = [];
    while (open.length < connections) {
      const more = Math.min(connections - open.length, OPENED_AT_ONCE);
      open.push(...(await Promise.all(Array.from({ length: more }, openOne))));
    }
    return new HttpLoad(open, expected, openOne);
  }

  /** Every connection sends its next request as soon as it has its answer. */
  async saturate(next: NextRequest, seconds: number): Promise<Answered> {
    let answers = 0;
    const began = performance.now();
    const end = began + seconds * 1_000;
    stayAwake(end);
    const busy = this.connections.map(
      (connection) =>
        new Promise<void>((resolve, reject) => {
          const again = (status: number): void => {
            answers += 1;
            if (status !== this.expected) reject(unexpected(status, this.expected));
            else if (performance.now() < end) connection.send(next(), again, reject);
            else resolve();
          };
          connection.send(next(), again, reject);
        }),
    );
    await Promise.all(busy);
    return { perSecond: answers / ((performance.now() - began) / 1_000), answers, latencies: [] };
  }

  /** Sends one request on the next connection in turn; a wrong answer ends the program. */
  send(request: Buffer): void {
    const fail = (error: Error): never => {
      throw error;
    };
    const answered = (status: number): unknown => status !== this.expected && fail(unexpected(status, this.expected));
    this.connections[this.turn++ % this.connections.length]?.send(request, answered, fail);
  }

  /**
   * Sends at a steady rate, whether answers come or not, until `stop` is called; then gives what came. The connections take turns, each sends
   * its next request when it has its answer, as browsers and proxies do; what finds none free waits here, and the waiting counts. If this
   * process itself stood still, the rest comes later: nobody's agents make up for that all at once. A request that met a connection which the
   * server was just closing is sent on another one, so `next` gives only such as may be carried out twice.
   */
  pace(perSecond: number, next: NextRequest): { stop(): Promise<Answered> } {
    const latencies: number[] = [];
    const free = [...this.connections];
    const lost: Due[] = [];
    let began = performance.now();
    let ticked = began;
    let due = 0;
    let sent = 0;
    let losses = 0;
    let stopping = false;
    let failure: Error | undefined;
    const fail = (error: Error): void => void (failure ??= error);
    const replace = (): void => void this.openOne().then((fresh) => (this.connections.push(fresh), free.push(fresh)), fail);
    const sendOn = (connection: Connection): void => {
      if (connection.isClosed) return replace(); // idle for so long that the server has closed it
      const one = lost.pop() ?? { request: next(), at: began + (sent++ / perSecond) * 1_000 };
      const answered = (status: number): void => {
        latencies.push(performance.now() - one.at);
        free.push(connection);
        if (status !== this.expected) fail(unexpected(status, this.expected));
      };
      const unanswered = (error: Error): void => {
        lost.push(one);
        losses += 1;
        if (losses > MOST_LOST + LOST_SHARE * sent) fail(error);
        else replace();
      };
      connection.send(one.request, answered, unanswered);
    };
    const tick = setInterval(() => {
      const now = performance.now();
      if (now - ticked > STOOD_STILL_MS) began += now - ticked;
      ticked = now;
      if (!stopping) due = Math.floor(((now - began) / 1_000) * perSecond);
      for (const connection of free.splice(0, due - sent + lost.length)) sendOn(connection);
    }, TICK_MS);
    this.ticks.add(tick);
    return {
      stop: async () => {
        const seconds = (performance.now() - began) / 1_000;
        stopping = true;
        while (latencies.length < due && failure === undefined) await pause(TICK_MS);
        clearInterval(tick);
        if (failure) throw failure;
        return { perSecond: latencies.length / seconds, answers: latencies.length, latencies };
      },
    };
  }

  async close(): Promise<void> {
    for (const tick of this.ticks) clearInterval(tick);
    for (const connection of this.connections) connection.close();
  }
}

const TICK_MS = 5;
/** Fewer than a server lets wait to be accepted. */
const OPENED_AT_ONCE = 100;
const STOOD_STILL_MS = 100;
/** More requests that a closing connection took with it are a fault of the server: so many, and this share of all. */
const MOST_LOST = 100;
const LOST_SHARE = 0.001;
/**
 * Keeps this process from sleeping until then (by performance.now()). Else a server pays for waking it, with every answer that finds it asleep, and
 * the more so the slower the server is: two that differ by a tenth would seem to differ by a half.
 */
function stayAwake(end: number): void {
  if (performance.now() < end) setImmediate(stayAwake, end);
}

const HEAD_END = Buffer.from('\r\n\r\n');

function unexpected(status: number, expected: number): Error {
  return new Error(`a request was answered with ${status} instead of ${expected}`);
}

interface Due {
  readonly request: Buffer;
  /** When it should have been sent, by performance.now(). */
  readonly at: number;
}

interface Waiting {
  readonly answered: (status: number) => void;
  readonly failed: (error: Error) => void;
}

class Connection {
  private rest: Buffer | null = null;
  private readonly waiting: Waiting[] = [];

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.read(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed a connection')));
  }

  static open(host: string, port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  get isClosed(): boolean {
    return this.socket.destroyed || this.socket.readableEnded;
  }

  send(request: Buffer, answered: Waiting['answered'], failed: Waiting['failed']): void {
    if (this.socket.destroyed) return failed(new Error('the server had closed a connection'));
    this.waiting.push({ answered, failed });
    this.socket.write(request);
  }

  close(): void {
    this.waiting.length = 0;
    this.socket.destroy();
  }

  private fail(error: Error): void {
    for (const { failed } of this.waiting.splice(0)) failed(error);
  }

  private read(bytes: Buffer): void {
    let data = this.rest ? Buffer.concat([this.rest, bytes]) : bytes;
    for (let length = answerLength(data); length > 0 && length <= data.length; length = answerLength(data)) {
      const status = (data[9] ?? 0) * 100 + (data[10] ?? 0) * 10 + (data[11] ?? 0) - 48 * 111;
      data = data.subarray(length);
      this.waiting.shift()?.answered(status);
    }
    this.rest = data.length > 0 ? data : null;
  }
}

/** Bytes of the first answer; 0 while its head is not complete. */
function answerLength(data: Buffer): number {
  const head = data.indexOf(HEAD_END);
  if (head < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(data.toString('latin1', 0, head));
  return head + HEAD_END.length + Number(length?.[1] ?? 0);
}
