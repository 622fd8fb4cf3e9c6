/** Types of events by what they are about: what a webhook may be told (`/asyncapi.json` describes each). */
export const EVENT_TYPES = {
  boxes: ['SiteStatusChanged', 'CoverageLost', 'CoverageRestored'],
  people: [
    'AgentLoggedIn', 'AgentLoggedOut', 'StatusChanged', 'StatusTimerEnded', 'HeartbeatExpired', 'SessionEnded', 'PushReachabilityChanged', 'AgentAdded',
    'AgentRemoved', 'AgentDeactivated', 'AgentReactivated', 'AgentGroupsChanged', 'AgentRoleChanged', 'StatusOnLoginChanged',
  ],
  conversations: ['VisitorMessageReceived', 'AgentReplied', 'NoticeSent', 'ConversationEnded'],
  hours: ['OpeningStarted', 'OpeningEnded', 'OpeningsChanged', 'HoursChanged', 'GroupHoursChanged', 'HolidaysExtended', 'GroupHolidaysExtended'],
  sites: ['SiteAdded', 'SiteRemoved', 'SiteModeChanged', 'SiteOriginsChanged', 'SiteTimeZoneChanged', 'NoticesChanged', 'GroupAdded', 'GroupRemoved', 'GroupEnabled', 'GroupDisabled'],
  account: [
    'TenantAdded', 'TenantRemoved', 'PlanChanged', 'LeaseChanged', 'MobileHoursChanged', 'ConversationHoldChanged', 'MessageRetentionChanged', 'ApiKeyIssued',
    'ApiKeyRevoked', 'WebhookAdded', 'WebhookRemoved', 'WebhookEnabled', 'WebhookDisabled', 'WebhookAddressChanged', 'WebhookEventTypesChanged',
    'WebhookSecretRotated', 'WebhookRedeliveryRequested', 'ParkedEventRetried', 'ParkedEventDiscarded',
  ],
} as const;

export type Subject = keyof typeof EVENT_TYPES;
export const SUBJECTS = Object.keys(EVENT_TYPES) as readonly Subject[];
