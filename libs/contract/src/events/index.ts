export { agentEvents } from './agent-presence.js';
export { boxChanges } from './box-status.js';
export type { SiteStatusChangedData } from './box-status.js';
export { messageTypes } from './catalogue.js';
export type { MessageKind, MessageType } from './catalogue.js';
export { CLOUD_EVENT_TYPE, cloudEventOf, cloudEventSchema, dataSchema, siteStatusChangedOf } from './cloud-event.js';
export type { CloudEvent, LoggedFact, ShownChange } from './cloud-event.js';
export { groupEvents, siteEvents, tenantEvents, webhookEvents } from './tenant-settings.js';
