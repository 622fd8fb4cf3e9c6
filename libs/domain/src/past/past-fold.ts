import { type Agent, effectiveStatusOf } from '../agent-presence/agent.js';
import type { Instant, Status } from '../agent-presence/status.js';
import { applyEvent } from '../box-status/apply-event.js';
import { emptyTenantBoxes, type TenantBoxes } from '../box-status/tenant-boxes.js';
import type { LoggedFact } from './effect-order.js';

/** What brought a status about. */
export interface TurnCause {
  readonly eventId: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason?: string;
}

/** The box of a site (`groupId` null) or of a group on it. */
export interface BoxSubject {
  readonly siteId: string;
  readonly groupId: string | null;
}

export interface AgentSubject {
  readonly agentId: string;
}

/** Something has another status from here on. */
export interface StatusTurn {
  readonly of: BoxSubject | AgentSubject;
  readonly at: Instant;
  /** null: it is there no more (a removed site or group). */
  readonly to: Status | null;
  readonly cause: TurnCause;
}

/**
 * A tenant's past, event by event: the same fold as live, and what turned at each event. Facts come in the order of the log for what was
 * known (`recordedAt` tells when), or in the order of `EffectOrder` for what was so.
 */
export class PastFold {
  constructor(readonly boxes: TenantBoxes = emptyTenantBoxes()) {}

  /** @param at when the turns are said to have happened: when it became true, or known */
  apply(fact: LoggedFact, at: Instant = fact.effectiveAt): StatusTurn[] {
    const { agentId } = fact.data as { agentId?: string };
    const was = agentId === undefined ? undefined : this.boxes.agents.get(agentId);
    const turns: StatusTurn[] = [];
    for (const { siteId, groupId, box, before } of applyEvent(this.boxes, fact)) {
      if (box.removed || box.status !== before) turns.push({ of: { siteId, groupId }, at, to: box.removed ? null : box.status, cause: causeOf(fact) });
    }
    const is = agentId === undefined ? undefined : this.boxes.agents.get(agentId);
    const to = is && turnOf(was, is);
    if (is && to) turns.push({ of: { agentId: is.agentId }, at, to, cause: causeOf(fact) });
    return turns;
  }
}

function turnOf(was: Agent | undefined, is: Agent): Status | undefined {
  const status = effectiveStatusOf(is);
  return was && effectiveStatusOf(was) === status ? undefined : status;
}

export function causeOf({ eventId, type, actor, data }: LoggedFact): TurnCause {
  const { reason } = data as { reason?: string };
  return { eventId, type, actor, ...(reason === undefined ? {} : { reason }) };
}
