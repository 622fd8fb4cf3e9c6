import type { Role } from '../agent-presence/events.js';
import { Refusal } from '../refusal.js';
import type { TenantEvent } from './events.js';
import { type Entitlements, entitlementsOf, type Plan } from './plan.js';

export interface Tenant {
  readonly tenantId: string;
  readonly standing: 'unknown' | 'present' | 'removed';
  readonly plan: Plan;
  /** What the plan includes; absent: its defaults (`entitlementsOf`). */
  readonly entitlements?: Entitlements;
  /** Lease of a session, seconds (behaviour D8). */
  readonly leaseSeconds: number;
  /** How long a phone that push messages reach stays present after its last beat, hours; 0 = not at all (behaviour D26). */
  readonly mobileHours: number;
}

/** behaviour D26 */
export const DEFAULT_MOBILE_HOURS = 8;

/** The fold of a tenant's own stream. */
export const tenantFold = {
  category: 'tenant',
  stateVersion: 3,
  initial: { tenantId: '', standing: 'unknown', plan: 'pro', leaseSeconds: 120, mobileHours: DEFAULT_MOBILE_HOURS } satisfies Tenant as Tenant,
  evolve: evolveTenant,
};

export function evolveTenant(tenant: Tenant, event: TenantEvent & { readonly effectiveAt: number }): Tenant {
  switch (event.type) {
    case 'TenantAdded':
      return { ...tenant, standing: 'present', ...event.data };
    case 'PlanChanged':
      return withPlan(tenant, event.data.to, event.data.entitlements);
    case 'LeaseChanged':
      return { ...tenant, leaseSeconds: event.data.to };
    case 'MobileHoursChanged':
      return { ...tenant, mobileHours: event.data.to };
    case 'TenantRemoved':
      return { ...tenant, standing: 'removed' };
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
    case 'ParkedEventRetried':
    case 'ParkedEventDiscarded':
      return tenant;
    default:
      event satisfies never;
      return tenant;
  }
}

function withPlan({ entitlements: _before, ...tenant }: Tenant, plan: Plan, entitlements: Entitlements | undefined): Tenant {
  return { ...tenant, plan, ...(entitlements === undefined ? {} : { entitlements }) };
}

export function addTenant(command: { tenantId: string; plan: Plan; leaseSeconds: number; entitlements?: Entitlements }, tenant: Tenant): TenantEvent[] {
  return tenant.standing === 'unknown' ? [{ type: 'TenantAdded', data: command }] : [];
}

/**
 * PATCH tenant: only what differs becomes an event. A new lease applies to sessions opened afterwards. The plan that the tenant has already
 * is an event where its entitlements have changed since it was granted.
 */
export function changeTenant(
  command: { plan?: Plan | undefined; entitlements?: Entitlements | undefined; leaseSeconds?: number | undefined; mobileHours?: number | undefined },
  tenant: Tenant,
): TenantEvent[] {
  assertPresent(tenant);
  const { tenantId, plan, leaseSeconds, mobileHours } = tenant;
  const events: TenantEvent[] = [];
  if (command.plan !== undefined && (command.plan !== plan || differ(command.entitlements, entitlementsOf(tenant)))) {
    const granted = command.entitlements === undefined ? {} : { entitlements: command.entitlements };
    events.push({ type: 'PlanChanged', data: { tenantId, from: plan, to: command.plan, ...granted } });
  }
  if (command.leaseSeconds !== undefined && command.leaseSeconds !== leaseSeconds) {
    events.push({ type: 'LeaseChanged', data: { tenantId, from: leaseSeconds, to: command.leaseSeconds } });
  }
  if (command.mobileHours !== undefined && command.mobileHours !== mobileHours) {
    events.push({ type: 'MobileHoursChanged', data: { tenantId, from: mobileHours, to: command.mobileHours } });
  }
  return events;
}

export function removeTenant(tenant: Tenant): TenantEvent[] {
  return tenant.standing === 'present' ? [{ type: 'TenantRemoved', data: { tenantId: tenant.tenantId } }] : [];
}

export function issueApiKey(command: { apiKeyId: string; role: Role }, tenant: Tenant): TenantEvent[] {
  assertPresent(tenant);
  return [{ type: 'ApiKeyIssued', data: { tenantId: tenant.tenantId, ...command } }];
}

export function revokeApiKey(command: { apiKeyId: string }, tenant: Tenant): TenantEvent[] {
  assertPresent(tenant);
  return [{ type: 'ApiKeyRevoked', data: { tenantId: tenant.tenantId, ...command } }];
}

/** What is done about an event that a consumer could not handle is told for the audit; the event itself is the consumer's. */
export function tellOfParkedEvent(
  type: 'ParkedEventRetried' | 'ParkedEventDiscarded',
  parked: { consumer: string; eventId: string },
  tenant: Tenant,
): TenantEvent[] {
  assertPresent(tenant);
  const { consumer, eventId } = parked;
  return [{ type, data: { tenantId: tenant.tenantId, consumer, eventId } }];
}

function assertPresent(tenant: Tenant): void {
  if (tenant.standing !== 'present') throw new Refusal('not-found', 'There is no such tenant.');
}

function differ(wanted: Entitlements | undefined, is: Entitlements): boolean {
  return wanted !== undefined && (Object.keys(wanted) as (keyof Entitlements)[]).some((key) => wanted[key] !== is[key]);
}
