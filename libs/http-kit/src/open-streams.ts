import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './problem.js';
import type { RateLimits } from './rate-limits.js';
import { openReader, type SseReader } from './sse.js';

/** Clients come back 1 to 5 s after a stop, spread, so that the next process is not met by all at once. Milliseconds. */
const RETRY_MS = { least: 1000, most: 5000 };

/** All streams of this process: opened here, so that a stop can end them fast (contract: within 10 s). */
export class OpenStreams {
  readonly #readers = new Set<SseReader>();
  #stopping = false;

  /** `random` gives 0..1 and spreads the retries; without `limits` there may be any number. */
  constructor(
    private readonly limits?: RateLimits,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Takes the reply out of the framework and opens a stream on it. For `@Res()` handlers; nothing may answer afterwards.
   * `site`: whose stream it is, if it is one of a site. Refuses: `too-many-requests`, `shutting-down`.
   */
  open(request: FastifyRequest, reply: FastifyReply, headers?: Readonly<Record<string, string>>, site?: string): SseReader {
    this.#assertOpen();
    const left = this.limits?.ofStream(request.raw, site);
    reply.hijack();
    const reader = this.openRaw(request.raw, reply.raw, headers);
    if (left) reader.onClose(left);
    return reader;
  }

  /** The same outside the framework's pipeline (fast lane). */
  openRaw(request: IncomingMessage, response: ServerResponse, headers?: Readonly<Record<string, string>>): SseReader {
    this.#assertOpen();
    const reader = openReader(request, response, headers);
    this.#readers.add(reader);
    reader.onClose(() => this.#readers.delete(reader));
    return reader;
  }

  get count(): number {
    return this.#readers.size;
  }

  /** Ends all streams and opens none any more. */
  stop(): void {
    this.#stopping = true;
    for (const reader of [...this.#readers]) {
      reader.close(RETRY_MS.least + this.random() * (RETRY_MS.most - RETRY_MS.least));
    }
  }

  #assertOpen(): void {
    if (this.#stopping) throw new Problem('shutting-down', 'The service is stopping. Come back in a moment.');
  }
}
