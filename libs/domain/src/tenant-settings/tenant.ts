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
  /** How long a conversation that is open at closing time keeps the box open for its visitor, minutes (behaviour D17). */
  readonly conversationHoldMinutes: number;
  /** How long visitors' messages are kept, days (behaviour D27). */
  readonly messageRetentionDays: number;
}

/** behaviour D26 */
export const DEFAULT_MOBILE_HOURS = 8;

/** behaviour D17: "bounded" */
export const DEFAULT_CONVERSATION_HOLD_MINUTES = 120;

/** behaviour D27: "retention"; as long as somebody may come back about a conversation. */
export const DEFAULT_MESSAGE_RETENTION_DAYS = 90;

/** The fold of a tenant's own stream. */
export const tenantFold = {
  category: 'tenant',
  stateVersion: 4,
  initial: {
    ...{ tenantId: '', standing: 'unknown', plan: 'pro', leaseSeconds: 120, mobileHours: DEFAULT_MOBILE_HOURS },
    ...{ conversationHoldMinutes: DEFAULT_CONVERSATION_HOLD_MINUTES, messageRetentionDays: DEFAULT_MESSAGE_RETENTION_DAYS },
  } satisfies Tenant as Tenant,
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
    case 'ConversationHoldChanged':
      return { ...tenant, conversationHoldMinutes: event.data.to };
    case 'MessageRetentionChanged':
      return { ...tenant, messageRetentionDays: event.data.to };
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

/** The settings that are numbers, and the events that tell them. */
const NUMBERS = [
  ['leaseSeconds', 'LeaseChanged'],
  ['mobileHours', 'MobileHoursChanged'],
  ['conversationHoldMinutes', 'ConversationHoldChanged'],
  ['messageRetentionDays', 'MessageRetentionChanged'],
] as const;

export type ChangeTenant = { readonly plan?: Plan | undefined; readonly entitlements?: Entitlements | undefined } & {
  readonly [Setting in (typeof NUMBERS)[number][0]]?: number | undefined;
};

/**
 * PATCH tenant: only what differs becomes an event. A new lease applies to sessions opened afterwards. The plan that the tenant has already
 * is an event where its entitlements have changed since it was granted.
 */
export function changeTenant(command: ChangeTenant, tenant: Tenant): TenantEvent[] {
  assertPresent(tenant);
  const { tenantId, plan } = tenant;
  const events: TenantEvent[] = [];
  if (command.plan !== undefined && (command.plan !== plan || differ(command.entitlements, entitlementsOf(tenant)))) {
    const granted = command.entitlements === undefined ? {} : { entitlements: command.entitlements };
    events.push({ type: 'PlanChanged', data: { tenantId, from: plan, to: command.plan, ...granted } });
  }
  for (const [setting, type] of NUMBERS) {
    const [from, to] = [tenant[setting], command[setting]];
    if (to !== undefined && to !== from) events.push({ type, data: { tenantId, from, to } });
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
