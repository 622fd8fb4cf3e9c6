import type { ExceptionFilter } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';

interface EventTransport {
  readonly strategy: CustomTransportStrategy;
  /** For every handler of this transport; those of HTTP do not count there. */
  readonly filters: readonly ExceptionFilter[];
}

/**
 * Ways on which events reach this process, beside HTTP. A module adds its transport when it is made; it listens once the service does,
 * and is the first thing to be closed when the service stops.
 */
export class EventTransports {
  readonly #transports: EventTransport[] = [];

  get all(): readonly EventTransport[] {
    return this.#transports;
  }

  add(transport: EventTransport): void {
    this.#transports.push(transport);
  }
}
