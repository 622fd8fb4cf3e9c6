import type { Role } from '../agent-presence/events.js';
import type { OpeningCause, ToldOpening, ToldTurn } from './opening.js';
import type { Entitlements, Plan } from './plan.js';
import type { SiteMode } from './site-mode.js';

/** What can happen to a tenant, its sites and its groups. A storage format: never rename, upcast. Names live in the directory. */
export type TenantEvent =
  | { readonly type: 'TenantAdded'; readonly data: { tenantId: string; plan: Plan; leaseSeconds: number; entitlements?: Entitlements } }
  /** Another plan, or other entitlements of the same one. Groups and hours it has not are kept, inactive (behaviour D20). */
  | { readonly type: 'PlanChanged'; readonly data: { tenantId: string; from: Plan; to: Plan; entitlements?: Entitlements } }
  | { readonly type: 'LeaseChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'MobileHoursChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'ConversationHoldChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'MessageRetentionChanged'; readonly data: { tenantId: string; from: number; to: number } }
  | { readonly type: 'TenantRemoved'; readonly data: { tenantId: string } }
  | { readonly type: 'ApiKeyIssued'; readonly data: { tenantId: string; apiKeyId: string; role: Role } }
  | { readonly type: 'ApiKeyRevoked'; readonly data: { tenantId: string; apiKeyId: string } }
  | { readonly type: 'ParkedEventRetried'; readonly data: { tenantId: string; consumer: string; eventId: string } }
  | { readonly type: 'ParkedEventDiscarded'; readonly data: { tenantId: string; consumer: string; eventId: string } };

export type SiteEvent =
  | { readonly type: 'SiteAdded'; readonly data: { siteId: string; key: string; origins: string[]; timeZone: string } }
  | { readonly type: 'SiteOriginsChanged'; readonly data: { siteId: string; from: string[]; to: string[] } }
  | { readonly type: 'SiteTimeZoneChanged'; readonly data: { siteId: string; from: string; to: string } }
  | { readonly type: 'SiteModeChanged'; readonly data: SiteModeChangedData }
  /** New hours of the site, or none any more (null), and how every scope of the site stands by them. */
  | { readonly type: 'HoursChanged'; readonly data: { siteId: string; hours: Json | null; openings: ToldOpening[] } }
  /** Something else moved the openings: hours of a group, a zone, a holiday, time zone data. Replaces all openings of the site. */
  | { readonly type: 'OpeningsChanged'; readonly data: { siteId: string; openings: ToldOpening[] } }
  | { readonly type: 'OpeningStarted'; readonly data: OpeningTurnedData }
  | { readonly type: 'OpeningEnded'; readonly data: OpeningTurnedData }
  /** Other notices for visitors. What they say is in no event; the fingerprint tells that it changed. */
  | { readonly type: 'NoticesChanged'; readonly data: NoticesChangedData }
  /** The month's extension of the holidays that are written out (behaviour D28); what follows is told by OpeningsChanged. */
  | { readonly type: 'HolidaysExtended'; readonly data: { siteId: string } & ToldExtension }
  /** Nobody has been there for so long, although the box is meant to be open (behaviour case 56): once per gap. `since`: RFC 3339. */
  | { readonly type: 'CoverageLost'; readonly data: { siteId: string; groupId: string | null; since: string; afterSeconds: number } }
  /** The gap that began then is over. */
  | { readonly type: 'CoverageRestored'; readonly data: { siteId: string; groupId: string | null; since: string; because: GapEnd } }
  | { readonly type: 'SiteRemoved'; readonly data: { siteId: string } };

/** Why a gap of coverage is over: somebody came, or the box is not meant to be open any more, or there is none. */
export type GapEnd = 'somebody-there' | 'hours-ended' | 'mode-changed' | 'group-disabled' | 'removed';

export interface NoticesChangedData {
  siteId: string;
  busyDelaySeconds: number;
  offlineDelaySeconds: number;
  language: string;
  /** Of the texts. */
  fingerprint: string;
}

/** Holidays are written out through this local date (`YYYY-MM-DD`): rows that are new or bear another name, dates that are none any more. */
export interface ToldExtension {
  through: string;
  written: { date: string; name: string }[];
  dropped: string[];
}

export interface SiteModeChangedData {
  siteId: string;
  from: SiteMode;
  to: SiteMode;
  /** A mode for a while: its end (RFC 3339), and the mode that comes back then. */
  until?: string;
  restores?: SiteMode;
  reason?: string;
}

/** The hours turned, at the nominal time that is the event's effectiveAt; with the turns that follow. */
export interface OpeningTurnedData {
  siteId: string;
  groupId: string | null;
  because: OpeningCause;
  upcoming: ToldTurn[];
}

/** Hours as they were given (contract, PUT hours): kept for people and proofs; the fold reads the openings beside them. */
export type Json = Readonly<Record<string, unknown>>;

export type GroupEvent =
  | { readonly type: 'GroupAdded'; readonly data: { groupId: string } }
  | { readonly type: 'GroupDisabled'; readonly data: { groupId: string } }
  | { readonly type: 'GroupEnabled'; readonly data: { groupId: string } }
  | { readonly type: 'GroupHoursChanged'; readonly data: { groupId: string; hours: Json | null } }
  | { readonly type: 'GroupHolidaysExtended'; readonly data: { groupId: string } & ToldExtension }
  | { readonly type: 'GroupRemoved'; readonly data: { groupId: string } };

/** Where a webhook's deliveries go, as far as events tell it: an address may hold a secret in its path. */
export interface WebhookAddress {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Of the whole address: tells that it changed, not to what. */
  readonly fingerprint: string;
}

/** `admin`: somebody switched it off. `failures`: nothing was delivered for too long. `gone`: the receiver answered 410. */
export type WebhookDisabledBecause = 'admin' | 'failures' | 'gone';

export type WebhookEvent =
  | { readonly type: 'WebhookAdded'; readonly data: { webhookId: string; address: WebhookAddress; eventTypes: string[] } }
  | { readonly type: 'WebhookAddressChanged'; readonly data: { webhookId: string; from: WebhookAddress; to: WebhookAddress } }
  | { readonly type: 'WebhookEventTypesChanged'; readonly data: { webhookId: string; from: string[]; to: string[] } }
  | { readonly type: 'WebhookSecretRotated'; readonly data: { webhookId: string; overlapSeconds: number } }
  | { readonly type: 'WebhookDisabled'; readonly data: { webhookId: string; because: WebhookDisabledBecause } }
  | { readonly type: 'WebhookEnabled'; readonly data: { webhookId: string } }
  | { readonly type: 'WebhookRedeliveryRequested'; readonly data: { webhookId: string; deliveryId: string; eventId: string } }
  | { readonly type: 'WebhookRemoved'; readonly data: { webhookId: string } };
