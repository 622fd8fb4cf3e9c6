import { z } from 'zod';
import type { GroupEvent, SiteEvent, TenantEvent, WebhookEvent } from '#domain/tenant-settings/index';
import { groupId, id, instant, role, type SchemasOf, siteId, tenantId } from './fields.js';

const plan = z.enum(['free', 'standard', 'pro']);
const entitlements = z
  .object({ agents: z.int().nullable(), groups: z.boolean(), hours: z.boolean(), historyDays: z.int().nullable(), support: z.boolean() })
  .exactOptional()
  .describe('what the plan includes for this tenant; null: without limit; absent in old events: the defaults of the plan');
const seconds = z.int().positive().describe('seconds');
const origins = z.array(z.string()).describe('web origins whose pages may read the status in a browser');
const timeZone = z.string().describe('IANA name');
const apiKeyId = id('an API key');
const mode = z.enum(['agents-and-hours', 'agents', 'hours', 'force-online', 'force-offline']);
const hours = z.looseObject({}).describe('the hours as they were given (PUT hours)');
const because = z
  .object({ rule: z.enum(['closed-permanently', 'exception', 'holiday', 'weekly']), of: z.enum(['site', 'group']), label: z.string().exactOptional() })
  .describe('which layer of the hours decides, and whose it is');
const upcoming = z.array(z.object({ at: instant, open: z.boolean() })).describe('the next turns of the hours, ascending, at most three');
const scope = groupId.nullable().describe('null: the site itself');
const openings = z.array(z.object({ groupId: scope, open: z.boolean(), because, upcoming }));
const turned = { siteId, groupId: scope, because, upcoming };
const localDate = z.string().describe('YYYY-MM-DD on the calendar of the place');
const extension = {
  through: localDate.describe('holidays are written out up to this date'),
  written: z.array(z.object({ date: localDate, name: z.string() })).describe('rows that are new or bear another name'),
  dropped: z.array(localDate).describe('dates that are no holidays any more by the calendar'),
};
const consumer = z.string().describe('name of the consumer');
const webhookId = id('a webhook');
const eventTypes = z.array(z.string()).describe('names of types; `*` = all of them');
const address = z
  .object({
    origin: z.string().describe('scheme, host and port'),
    fingerprint: z.string().describe('of the whole address: tells that it changed, not to what'),
  })
  .describe('where deliveries go; the address itself may hold a secret and is in no event');

/** Data of what can happen to a tenant itself; stream `tenant-<tenantId>`. */
export const tenantEvents = {
  TenantAdded: z.object({ tenantId, plan, leaseSeconds: seconds, entitlements }).describe('A tenant was added.'),
  PlanChanged: z
    .object({ tenantId, from: plan, to: plan, entitlements })
    .describe('A tenant has another plan, or its plan includes other things. Groups and hours that it has not stay stored, inactive.'),
  LeaseChanged: z.object({ tenantId, from: seconds, to: seconds }).describe('New sessions of the tenant have another lease.'),
  MobileHoursChanged: z
    .object({ tenantId, from: z.number(), to: z.number() })
    .describe('Phones that push messages reach stay present for another number of hours; 0 = they are sessions like any other.'),
  ConversationHoldChanged: z
    .object({ tenantId, from: z.number(), to: z.number() })
    .describe('Conversations that are open at closing time keep boxes open for their visitors for another number of minutes.'),
  MessageRetentionChanged: z
    .object({ tenantId, from: z.number(), to: z.number() })
    .describe("Visitors' messages are kept for another number of days."),
  TenantRemoved: z.object({ tenantId }).describe('A tenant was removed for good.'),
  ApiKeyIssued: z.object({ tenantId, apiKeyId, role }).describe('An API key was issued. The key itself is in no event.'),
  ApiKeyRevoked: z.object({ tenantId, apiKeyId }).describe('An API key was revoked.'),
  ParkedEventRetried: z
    .object({ tenantId, consumer, eventId: id('the parked event') })
    .describe('Somebody wants an event handled once more that a consumer could not handle.'),
  ParkedEventDiscarded: z
    .object({ tenantId, consumer, eventId: id('the parked event') })
    .describe('Somebody gave up an event that a consumer could not handle.'),
} satisfies SchemasOf<TenantEvent>;

/** Data of what can happen to a site; stream `site-<siteId>`. */
export const siteEvents = {
  SiteAdded: z
    .object({ siteId, key: z.string().describe("the public identifier in the website's snippet"), origins, timeZone })
    .describe('A site was added.'),
  SiteOriginsChanged: z.object({ siteId, from: origins, to: origins }).describe('Other pages may read the status of a site.'),
  SiteTimeZoneChanged: z.object({ siteId, from: timeZone, to: timeZone }).describe('A site lies in another time zone.'),
  SiteModeChanged: z
    .object({ siteId, from: mode, to: mode, until: instant.exactOptional(), restores: mode.exactOptional(), reason: z.string().exactOptional() })
    .describe('Something else decides the boxes of a site. `until`: only for a while, then `restores` comes back, by another such event.'),
  HoursChanged: z
    .object({ siteId, hours: hours.nullable(), openings })
    .describe('A site has other opening hours, or none any more (null). `openings`: how they stand at this moment.'),
  OpeningsChanged: z
    .object({ siteId, openings })
    .describe("The openings of a site stand differently: a group's hours, a zone or a holiday changed. Replaces all of them."),
  OpeningStarted: z.object(turned).describe('A site, or a group on it, opened by its hours; effectiveAt is the nominal time.'),
  OpeningEnded: z.object(turned).describe('A site, or a group on it, closed by its hours; effectiveAt is the nominal time.'),
  NoticesChanged: z
    .object({
      siteId,
      busyDelaySeconds: z.number(),
      offlineDelaySeconds: z.number(),
      language: z.string().describe("for visitors whose page asks for no language of ours; e.g. 'de'"),
      fingerprint: z.string().describe('of the texts: tells that they changed, not to what'),
    })
    .describe('A site has other notices for its visitors: after how long they are sent, in which language, what they say.'),
  HolidaysExtended: z
    .object({ siteId, ...extension })
    .describe('The holidays of a site were written out a month further. Rows that people have edited stay.'),
  CoverageLost: z
    .object({ siteId, groupId: scope, since: instant.describe('since when nobody is there'), afterSeconds: seconds.describe('how long that made an alert') })
    .describe('Nobody has been there for so long although the box of a site, or of a group on it, is meant to be open. Told once for each gap.'),
  CoverageRestored: z
    .object({
      siteId,
      groupId: scope,
      since: instant.describe('since when nobody was there, as in CoverageLost'),
      because: z
        .enum(['somebody-there', 'hours-ended', 'mode-changed', 'group-disabled', 'removed'])
        .describe('somebody came; or the box is not meant to be open any more: by its hours, its mode, or with its group'),
    })
    .describe('A gap that CoverageLost told of is over.'),
  SiteRemoved: z.object({ siteId }).describe('A site was removed for good.'),
} satisfies SchemasOf<SiteEvent>;

/** Data of what can happen to a group; stream `group-<groupId>`. */
export const groupEvents = {
  GroupAdded: z.object({ groupId }).describe('A group was added.'),
  GroupDisabled: z.object({ groupId }).describe('A group was disabled: its box shows offline.'),
  GroupEnabled: z.object({ groupId }).describe('A group was enabled again.'),
  GroupHoursChanged: z
    .object({ groupId, hours: hours.nullable() })
    .describe('A group has other opening hours, or follows its sites (null). What follows for each site is told by OpeningsChanged.'),
  GroupHolidaysExtended: z
    .object({ groupId, ...extension })
    .describe('The holidays of a group were written out a month further. Rows that people have edited stay.'),
  GroupRemoved: z.object({ groupId }).describe("A group was removed: its box shows the site's status from now on."),
} satisfies SchemasOf<GroupEvent>;

/** Data of what can happen to a webhook; stream `webhook-<webhookId>`. */
export const webhookEvents = {
  WebhookAdded: z.object({ webhookId, address, eventTypes }).describe('A webhook was added. Its secret is in no event.'),
  WebhookAddressChanged: z.object({ webhookId, from: address, to: address }).describe('Deliveries of a webhook go elsewhere.'),
  WebhookEventTypesChanged: z.object({ webhookId, from: eventTypes, to: eventTypes }).describe('A webhook gets other types of events.'),
  WebhookSecretRotated: z
    .object({ webhookId, overlapSeconds: z.int().min(0).describe('how long the old secret signs beside the new one') })
    .describe('A webhook has a new secret.'),
  WebhookDisabled: z
    .object({
      webhookId,
      because: z
        .enum(['admin', 'failures', 'gone'])
        .describe('somebody switched it off, nothing was delivered for about a day, or the receiver answered 410'),
    })
    .describe('Nothing is sent to a webhook any more, until it is enabled.'),
  WebhookEnabled: z.object({ webhookId }).describe('A webhook is sent to again.'),
  WebhookRedeliveryRequested: z
    .object({ webhookId, deliveryId: id('the delivery'), eventId: id('the event') })
    .describe('Somebody wants an event sent to a webhook once more.'),
  WebhookRemoved: z.object({ webhookId }).describe('A webhook was removed for good.'),
} satisfies SchemasOf<WebhookEvent>;
