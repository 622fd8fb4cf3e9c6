import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers the request and says true, or leaves it untouched and says false. Never throws, never waits before saying so. Having said true it
 * may answer later, or find that it cannot and `pass` the untouched request on, the ordinary way.
 */
export type FastHandler = (request: IncomingMessage, response: ServerResponse, pass: () => void) => boolean;

/**
 * Requests answered before the framework sees them: the few hot, small, precomputed answers (targets P4, P6). Whatever a fast handler
 * does not take goes the ordinary way, so every case beside the hot one is still the controller's.
 */
export class FastLane {
  readonly #handlers: { prefix: string; handler: FastHandler }[] = [];

  /** @param prefix beginning of the path, e.g. `/widget/v1/sites/` */
  add(prefix: string, handler: FastHandler): void {
    this.#handlers.push({ prefix, handler });
  }

  /** Has it answered by a handler, or else by `ordinary`. */
  handle(request: IncomingMessage, response: ServerResponse, ordinary: () => void): void {
    const { url = '' } = request;
    for (const { prefix, handler } of this.#handlers) {
      if (url.startsWith(prefix) && handler(request, response, ordinary)) return;
    }
    ordinary();
  }
}
