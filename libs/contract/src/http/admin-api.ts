import { z } from 'zod';
import { confirmation, email, name, statusOnLogin } from './admin-fields.js';
import { device } from './agent-api.js';
import { opaqueId, pageOf, roleName, text, timestamp } from './shared.js';

const planName = z.enum(['free', 'standard', 'pro']);

/** Part of addresses and of every sign-in: one label as in a host name. */
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 lower-case letters, digits and inner hyphens');

/** behaviour D8. 60 s: a hidden browser tab beats once a minute at best; 300 s: longer would show an absent agent for too long. */
const leaseSeconds = z.int().min(60).max(300);
const mobileHours = z.int().min(0).max(72).describe('hours a phone that push messages reach stays present after its last beat; 0 = not at all');
/** behaviour D17. A day: a conversation without a word for longer is over anyway. */
const conversationHoldMinutes = z
  .int()
  .min(0)
  .max(1440)
  .describe('how long a conversation that is open at closing time keeps the box open for its visitor; 0 = not at all');
/** behaviour D27 */
const messageRetentionDays = z.int().min(1).max(3650).describe("how long visitors' messages are kept");

/** 8: ASVS 5, 6.2.1; any character a person can type. */
const password = z
  .string()
  .min(8)
  .max(200)
  .refine((s) => !/[\p{Cc}\p{Cs}]/u.test(s), 'must not contain control characters');

/** A web origin as a browser sends it: `https://www.example.com`, compared letter by letter. */
const origin = z
  .string()
  .max(300)
  .superRefine((given, context) => {
    const detail = faultOfOrigin(given);
    if (detail !== null) context.addIssue({ code: 'custom', message: detail });
  });

/** Names, addresses and `[IPv6]`; URL would also let `*` through, and no browser sends that. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

function faultOfOrigin(given: string): string | null {
  const read = URL.canParse(given) ? new URL(given) : null;
  const isWeb = read?.protocol === 'https:' || read?.protocol === 'http:';
  if (!read || !isWeb || !HOST.test(read.hostname)) return 'must be a web origin such as https://www.example.com';
  return read.origin === given ? null : `must be a web origin as browsers send it, here ${read.origin}`;
}

const origins = z
  .array(origin)
  .max(100)
  .refine((given) => new Set(given).size === given.length, 'must not name an origin twice');

/** Whether it is one, and spelt as the database spells it, the rules say (`timeZoneFault`), the same for sites, groups and hours. */
const timeZone = z.string().max(100).describe('name of an IANA time zone, exactly as the database spells it; offsets such as +01:00 are none');

const groupIds = z
  .array(opaqueId)
  .max(500)
  .refine((given) => new Set(given).size === given.length, 'must not name a group twice');

// Tenants

export const addTenantBody = z.strictObject({ slug, name, plan: planName.default('pro') });
export type AddTenantBody = z.infer<typeof addTenantBody>;

export const changeTenantBody = z.strictObject({
  name: name.optional(),
  plan: planName.optional(),
  leaseSeconds: leaseSeconds.optional(),
  mobileHours: mobileHours.optional(),
  conversationHoldMinutes: conversationHoldMinutes.optional(),
  messageRetentionDays: messageRetentionDays.optional(),
});
export type ChangeTenantBody = z.infer<typeof changeTenantBody>;

export const tenantView = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    plan: planName,
    leaseSeconds: z.number().describe('of sessions opened from now on'),
    mobileHours,
    conversationHoldMinutes,
    messageRetentionDays,
    entitlements: z
      .object({
        agents: z.int().nullable().describe('active agents at most; null: as many as one likes'),
        groups: z.boolean(),
        hours: z.boolean(),
        historyDays: z.int().nullable().describe('so far back the history is shown; null: all of it'),
        support: z.boolean().describe("the vendor's customer support"),
      })
      .describe('what the plan includes, as it was granted'),
  })
  .meta({ id: 'Tenant' });
export type TenantView = z.infer<typeof tenantView>;
export const tenantPage = pageOf('tenants', tenantView).meta({ id: 'TenantPage' });

// API keys

export const issueApiKeyBody = z.strictObject({ name, role: roleName });
export type IssueApiKeyBody = z.infer<typeof issueApiKeyBody>;

export const changeApiKeyBody = z.strictObject({ name: name.optional() });
export type ChangeApiKeyBody = z.infer<typeof changeApiKeyBody>;

export const issuedApiKey = z
  .object({ id: z.string(), key: z.string().optional().describe('shown once: a repeated request answers without it') })
  .meta({ id: 'IssuedApiKey' });
export type IssuedApiKey = z.infer<typeof issuedApiKey>;

export const apiKeyView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleName,
    createdAt: timestamp,
    lastUsedOn: z.iso.date().nullable().describe('the last day (UTC) on which the key opened anything; null: never'),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof apiKeyView>;
export const apiKeyPage = pageOf('apiKeys', apiKeyView).meta({ id: 'ApiKeyPage' });

// Sites

export const addSiteBody = z.strictObject({ name, origins, timeZone });
export type AddSiteBody = z.infer<typeof addSiteBody>;

export const changeSiteBody = z.strictObject({ name: name.optional(), origins: origins.optional(), timeZone: timeZone.optional() });
export type ChangeSiteBody = z.infer<typeof changeSiteBody>;

const siteMode = z
  .enum(['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline'])
  .describe('what decides: agents within the hours, agents only, hours only, or a person');

/** PUT mode (behaviour D7). */
export const setSiteModeBody = z.strictObject({
  mode: siteMode,
  until: z.iso.datetime({ offset: true }).max(40).optional().describe('for a while: RFC 3339, in the future, at most 30 days ahead'),
  reason: text(500).optional(),
});
export type SetSiteModeBody = z.infer<typeof setSiteModeBody>;

export const siteView = z
  .object({
    id: z.string(),
    key: z.string().describe('names the site in the snippet; opens nothing'),
    name: z.string(),
    origins: z.array(z.string()),
    timeZone: z.string(),
    mode: siteMode,
    modeUntil: timestamp.optional().describe('a mode for a while: when the earlier one comes back'),
    modeReason: z.string().optional().describe('the words of whoever set the mode'),
  })
  .meta({ id: 'Site' });
export type SiteView = z.infer<typeof siteView>;
export const sitePage = pageOf('sites', siteView).meta({ id: 'SitePage' });

// Groups

export const addGroupBody = z.strictObject({ name });
export type AddGroupBody = z.infer<typeof addGroupBody>;

export const changeGroupBody = z.strictObject({ name: name.optional(), enabled: z.boolean().optional() });
export type ChangeGroupBody = z.infer<typeof changeGroupBody>;

export const removeGroupQuery = z.strictObject({ confirm: confirmation.optional() });
export type RemoveGroupQuery = z.infer<typeof removeGroupQuery>;

export const groupView = z.object({ id: z.string(), name: z.string(), enabled: z.boolean() }).meta({ id: 'Group' });
export type GroupView = z.infer<typeof groupView>;
export const groupPage = pageOf('groups', groupView).meta({ id: 'GroupPage' });

// Agents

export const addAgentBody = z.strictObject({
  email,
  name,
  password: password.optional(),
  groupIds: groupIds.default([]),
  role: roleName.default('agent'),
});
export type AddAgentBody = z.infer<typeof addAgentBody>;

export const changeAgentBody = z.strictObject({
  name: name.optional(),
  active: z.boolean().optional(),
  role: roleName.optional(),
  statusOnLogin: statusOnLogin.optional(),
});
export type ChangeAgentBody = z.infer<typeof changeAgentBody>;

/** POST /tenants/{t}/agents/{a}/sessions. */
export const openSessionBody = z.strictObject({ device });
export type OpenSessionBody = z.infer<typeof openSessionBody>;

export const assignGroupsBody = z.strictObject({ groupIds, confirm: confirmation.optional() });
export type AssignGroupsBody = z.infer<typeof assignGroupsBody>;

export const forceOfflineBody = z.strictObject({ status: z.literal('offline'), reason: text(500) });
export type ForceOfflineBody = z.infer<typeof forceOfflineBody>;

export const agentView = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    active: z.boolean(),
    groupIds: z.array(z.string()),
    role: roleName,
    statusOnLogin,
  })
  .meta({ id: 'Agent' });
export type AgentView = z.infer<typeof agentView>;
export const agentPage = pageOf('agents', agentView).meta({ id: 'AgentPage' });
