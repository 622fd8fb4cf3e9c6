import type { AgentEvent, DeviceKind, Role, SignOutCause, Status, StatusChangedData } from '#domain/agent-presence/index';
import { applyEvent, type BoxChange, emptyTenantBoxes, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import type { GroupEvent, Plan, SiteEvent, TenantEvent } from '#domain/tenant-settings/index';
import { at } from './manual-clock.js';

/** Facts as the specs tell them. Ids are short words: agent `A`, group `DE`, session `A-desktop`. */
export function agentAdded(agentId: string, groupIds: string[] = [], role: Role = 'agent'): AgentEvent {
  return { type: 'AgentAdded', data: { agentId, groupIds, role } };
}

export function signedIn(agentId: string, device: DeviceKind = 'desktop', sessionId = `${agentId}-${device}`): AgentEvent {
  return { type: 'AgentLoggedIn', data: { agentId, sessionId, device, leaseSeconds: 120 } };
}

export function signedOut(agentId: string, sessionId = `${agentId}-desktop`, cause: SignOutCause = 'agent'): AgentEvent {
  return { type: 'AgentLoggedOut', data: { agentId, sessionId, cause } };
}

/** A session that is over for good, by the cause that today's events have. */
export function sessionEnded(agentId: string, sessionId = `${agentId}-desktop`): AgentEvent {
  return { type: 'SessionEnded', data: { agentId, sessionId, cause: 'agent-deactivated' } };
}

/** The agent's first change of status from offline, unless `details` say otherwise. */
export function switchedTo(agentId: string, to: Status, details: Partial<StatusChangedData> = {}): AgentEvent {
  return { type: 'StatusChanged', data: { agentId, from: 'offline', to, statusVersion: 1, cause: 'agent', ...details } };
}

export function movedToGroups(agentId: string, to: string[], from: string[] = []): AgentEvent {
  return { type: 'AgentGroupsChanged', data: { agentId, from, to } };
}

export function tenantAdded(plan: Plan = 'pro', tenantId = 't1'): TenantEvent {
  return { type: 'TenantAdded', data: { tenantId, plan, leaseSeconds: 120 } };
}

export function planChanged(from: Plan, to: Plan, tenantId = 't1'): TenantEvent {
  return { type: 'PlanChanged', data: { tenantId, from, to } };
}

export function siteAdded(siteId = 'shop'): SiteEvent {
  return { type: 'SiteAdded', data: { siteId, key: `key-of-${siteId}`, origins: [], timeZone: 'Europe/Berlin' } };
}

export function groupAdded(groupId: string): GroupEvent {
  return { type: 'GroupAdded', data: { groupId } };
}

export function groupRemoved(groupId: string): GroupEvent {
  return { type: 'GroupRemoved', data: { groupId } };
}

/** An agent who is there, with this intent, in these groups: three facts. */
export function presentAgent(agentId: string, intent: Status, groupIds: string[] = []): AgentEvent[] {
  const clicked = intent === 'offline' ? [] : [switchedTo(agentId, intent)];
  return [agentAdded(agentId, groupIds), signedIn(agentId), ...clicked];
}

/** A tenant of the top plan with one site, `shop`, and these groups. */
export function shopWithGroups(...groupIds: string[]): BoxFact[] {
  return [tenantAdded(), siteAdded(), ...groupIds.map(groupAdded)];
}

/** Any fact that can move a box; without `effectiveAt` it happens a second after the one before. */
export type BoxFact = (AgentEvent | TenantEvent | SiteEvent | GroupEvent) & { readonly effectiveAt?: number };

/** A tenant's boxes while a story is told, and what every fact of it changed. */
export class BoxStory {
  readonly boxes: TenantBoxes = emptyTenantBoxes();
  private told = 0;

  constructor(past: readonly BoxFact[] = []) {
    this.tell(...past);
  }

  /** Applies the facts in order and gives the changes of boxes, one list for all of them. */
  tell(...facts: readonly BoxFact[]): BoxChange[] {
    return facts.flatMap((fact) => {
      this.told += 1;
      return applyEvent(this.boxes, { effectiveAt: at('12:00:00') + this.told * 1_000, ...fact });
    });
  }

  /** Status per box of a site as a visitor sees it: `site` is the site itself, groups stand under their ids, deleted ones are left out. */
  shown(siteId = 'shop'): Record<string, Status> {
    const boxes = [...(this.boxes.sites.get(siteId)?.boxes ?? [])].filter(([, box]) => !box.removed);
    return Object.fromEntries(boxes.map(([id, box]) => [id === SITE_ITSELF ? 'site' : id, box.status]));
  }

  /** The site's counter. */
  version(siteId = 'shop'): number {
    return this.boxes.sites.get(siteId)?.version ?? 0;
  }
}

/** A change of a box in the words of a push: which box, from what to what. */
export function pushes(changes: readonly BoxChange[]): string[] {
  return changes.map(({ groupId, before, box }) => `${groupId ?? 'site'}: ${before ?? 'new'} -> ${box.status}`);
}
