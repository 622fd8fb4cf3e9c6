import { z } from 'zod';
import type { GroupEvent, SiteEvent, TenantEvent } from '#domain/tenant-settings/index';
import { groupId, id, role, type SchemasOf, siteId, tenantId } from './fields.js';

const plan = z.enum(['free', 'standard', 'pro']);
const seconds = z.int().positive().describe('seconds');
const origins = z.array(z.string()).describe('web origins whose pages may read the status in a browser');
const timeZone = z.string().describe('IANA name');
const apiKeyId = id('an API key');

/** Data of what can happen to a tenant itself; stream `tenant-<tenantId>`. */
export const tenantEvents = {
  TenantAdded: z.object({ tenantId, plan, leaseSeconds: seconds }).describe('A tenant was added.'),
  PlanChanged: z
    .object({ tenantId, from: plan, to: plan })
    .describe('A tenant has another plan. Groups belong to `pro`; elsewhere they stay stored, inactive.'),
  LeaseChanged: z.object({ tenantId, from: seconds, to: seconds }).describe('New sessions of the tenant have another lease.'),
  MobileHoursChanged: z
    .object({ tenantId, from: z.number(), to: z.number() })
    .describe('Phones that push messages reach stay present for another number of hours; 0 = they are sessions like any other.'),
  TenantRemoved: z.object({ tenantId }).describe('A tenant was removed for good.'),
  ApiKeyIssued: z.object({ tenantId, apiKeyId, role }).describe('An API key was issued. The key itself is in no event.'),
  ApiKeyRevoked: z.object({ tenantId, apiKeyId }).describe('An API key was revoked.'),
} satisfies SchemasOf<TenantEvent>;

/** Data of what can happen to a site; stream `site-<siteId>`. */
export const siteEvents = {
  SiteAdded: z
    .object({ siteId, key: z.string().describe("the public identifier in the website's snippet"), origins, timeZone })
    .describe('A site was added.'),
  SiteOriginsChanged: z.object({ siteId, from: origins, to: origins }).describe('Other pages may read the status of a site.'),
  SiteTimeZoneChanged: z.object({ siteId, from: timeZone, to: timeZone }).describe('A site lies in another time zone.'),
  SiteRemoved: z.object({ siteId }).describe('A site was removed for good.'),
} satisfies SchemasOf<SiteEvent>;

/** Data of what can happen to a group; stream `group-<groupId>`. */
export const groupEvents = {
  GroupAdded: z.object({ groupId }).describe('A group was added.'),
  GroupDisabled: z.object({ groupId }).describe('A group was disabled: its box shows offline.'),
  GroupEnabled: z.object({ groupId }).describe('A group was enabled again.'),
  GroupRemoved: z.object({ groupId }).describe("A group was removed: its box shows the site's status from now on."),
} satisfies SchemasOf<GroupEvent>;
