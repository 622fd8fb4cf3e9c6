import type { Role } from '../agent-presence/events.js';

/** What can happen to a tenant, its sites and its groups. A storage format: never rename, upcast. Names live in the directory. */
export type TenantEvent =
  | { readonly type: 'TenantAdded'; readonly data: { tenantId: string; plan: Plan; leaseSeconds: number } }
  | { readonly type: 'PlanChanged'; readonly data: { tenantId: string; from: Plan; to: Plan } }
  | { readonly type: 'LeaseChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'MobileHoursChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'TenantRemoved'; readonly data: { tenantId: string } }
  | { readonly type: 'ApiKeyIssued'; readonly data: { tenantId: string; apiKeyId: string; role: Role } }
  | { readonly type: 'ApiKeyRevoked'; readonly data: { tenantId: string; apiKeyId: string } };

export type SiteEvent =
  | { readonly type: 'SiteAdded'; readonly data: { siteId: string; key: string; origins: string[]; timeZone: string } }
  | { readonly type: 'SiteOriginsChanged'; readonly data: { siteId: string; from: string[]; to: string[] } }
  | { readonly type: 'SiteTimeZoneChanged'; readonly data: { siteId: string; from: string; to: string } }
  | { readonly type: 'SiteRemoved'; readonly data: { siteId: string } };

export type GroupEvent =
  | { readonly type: 'GroupAdded'; readonly data: { groupId: string } }
  | { readonly type: 'GroupDisabled'; readonly data: { groupId: string } }
  | { readonly type: 'GroupEnabled'; readonly data: { groupId: string } }
  | { readonly type: 'GroupRemoved'; readonly data: { groupId: string } };

export type Plan = 'free' | 'standard' | 'pro';
export const PLANS = ['free', 'standard', 'pro'] as const satisfies readonly Plan[];

/** Groups (and, later, hours) belong to the top plan only (contract, POST /tenants). */
export function planHasGroups(plan: Plan): boolean {
  return plan === 'pro';
}
