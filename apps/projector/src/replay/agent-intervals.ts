import type { Agent } from '#domain/agent-presence/index';
import { effectiveStatusOf } from '#domain/agent-presence/index';
import type { ReplayedEvent } from '#event-store';
import type { StoredInterval } from '#read-model';

/** The intervals of one agent as its events make them, handed on one after the other. */
export class AgentIntervals {
  private open: StoredInterval | null = null;

  constructor(private readonly keep: (interval: StoredInterval) => void) {}

  /** Looks at what an event made of the agent; `was` undefined: the agent is new. */
  note(event: ReplayedEvent, was: Agent | undefined, is: Agent): void {
    const status = effectiveStatusOf(is);
    if (was && effectiveStatusOf(was) === status) return;
    const { tenantId, position, effectiveAt: from, eventId, type, actor } = event;
    if (this.open) this.keep({ ...this.open, to: from });
    const { reason = null } = event.data as { reason?: string | null };
    this.open = { tenantId, agentId: is.agentId, position, status, from, to: null, eventId, type, actor, reason };
  }

  /** There is nothing more to come: hands on the last one, which has no end. */
  end(): void {
    if (this.open) this.keep(this.open);
  }
}
