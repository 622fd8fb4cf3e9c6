import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Bell, BUS, type Bus } from '#messaging';

const PREFIX = 'agent-';

/** Hears, from every process, that something was recorded about an agent. A bell may be lost: whoever listens also looks by itself. */
@Injectable()
export class AgentBells implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #listeners: ((agentId: string) => void)[] = [];
  #unsubscribe: (() => void) | null = null;

  constructor(@Inject(BUS) private readonly bus: Bus) {}

  /** Adds a listener; it must be quick. */
  onAgent(listener: (agentId: string) => void): void {
    this.#listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.#unsubscribe = this.bus.subscribe<Partial<Bell>>('bell.*', ({ streams }) => {
      if (!Array.isArray(streams)) return;
      for (const stream of streams as unknown[]) {
        if (typeof stream !== 'string' || !stream.startsWith(PREFIX)) continue;
        for (const listener of this.#listeners) listener(stream.slice(PREFIX.length));
      }
    });
  }

  onModuleDestroy(): void {
    this.#unsubscribe?.();
  }
}
