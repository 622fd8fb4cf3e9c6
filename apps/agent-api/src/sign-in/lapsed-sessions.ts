import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { leaseEnd } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { expireLapsed, patienceOf } from '#leases';
import { waitForPosition } from '#read-model';

/** How long the new session waits until the end of the old one is shown, ms: the projector takes some 5; without it nobody waits for long. */
const SHOWN_WITHIN_MS = 1000;

/** What had run out before somebody signs in is recorded before it, and shown: offline, then online (case 8; architecture 3). */
@Injectable()
export class LapsedSessions {
  readonly #blindMs: number;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SETTINGS) { leaseSeconds }: Settings,
  ) {
    this.#blindMs = patienceOf(leaseSeconds).blindMs;
  }

  /** Ends the agent's sessions that have run out by now. Most often there are none: then this is one small query. */
  async end(agent: { tenantId: string; partition: number; agentId: string }): Promise<void> {
    const { engine } = this.pools;
    const ended = await expireLapsed(engine, this.store, leaseEnd, agent, this.#blindMs);
    if (ended.length === 0) return;
    const position = (await this.store.heads()).get(agent.partition) ?? 0;
    await waitForPosition(engine, agent.partition, position, SHOWN_WITHIN_MS);
  }
}
