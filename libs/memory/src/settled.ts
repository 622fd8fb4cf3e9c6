import type { Instant } from '#domain/agent-presence/index';
import { emptyTenantBoxes, recount, type TenantBoxes } from '#domain/box-status/index';

/** A fact becomes known within this time after the lease that it may have to wait for, ms (behaviour D9). */
const AFTER_THE_LEASE_MS = 10_000;

/** Whether nothing that is still on its way can change the answer about an instant (behaviour D25, architecture 6). */
export function isSettled(at: Instant, knownAt: Instant, leaseSeconds: number): boolean {
  return knownAt - at >= leaseSeconds * 1000 + AFTER_THE_LEASE_MS;
}

/** The same without what was removed: what decides, and what the present is read as. */
export function withoutRemoved(boxes: TenantBoxes): TenantBoxes {
  const present = <T extends { readonly standing: string }>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([, { standing }]) => standing !== 'removed'));
  const sites = new Map([...boxes.sites].filter(([, { site }]) => site.standing === 'present'));
  const then: TenantBoxes = { ...emptyTenantBoxes(), tenant: boxes.tenant, agents: present(boxes.agents), groups: present(boxes.groups), sites };
  recount(then);
  return then;
}
