import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Bell, BUS, type Bus } from '#messaging';

const PREFIX = 'agent-';

/** Hears, from every process, that something was recorded about an agent, and that boxes moved. A bell may be lost: whoever listens also looks by itself. */
@Injectable()
export class AgentBells implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #listeners: ((agentId: string) => void)[] = [];
  readonly #ofBoxes: ((tenantId: string) => void)[] = [];
  #unsubscribe: (() => void)[] = [];

  constructor(@Inject(BUS) private readonly bus: Bus) {}

  /** Adds a listener; it must be quick. */
  onAgent(listener: (agentId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Adds a listener for what the projector has written: boxes of the tenant, or who counts for them, may be others now. It must be quick. */
  onBoxes(listener: (tenantId: string) => void): void {
    this.#ofBoxes.push(listener);
  }

  onApplicationBootstrap(): void {
    const agents = this.bus.subscribe<Partial<Bell>>('bell.*', ({ streams }) => {
      if (!Array.isArray(streams)) return;
      for (const stream of streams as unknown[]) {
        if (typeof stream !== 'string' || !stream.startsWith(PREFIX)) continue;
        for (const listener of this.#listeners) listener(stream.slice(PREFIX.length));
      }
    });
    const boxes = this.bus.subscribe<{ tenants?: unknown }>('box.*', ({ tenants }) => {
      if (!Array.isArray(tenants)) return;
      for (const tenant of tenants as unknown[]) if (typeof tenant === 'string') for (const listener of this.#ofBoxes) listener(tenant);
    });
    this.#unsubscribe = [agents, boxes];
  }

  onModuleDestroy(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }
}
