import { Module } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { EventStoreModule } from '#event-store';
import { WebhookSecrets } from '#webhooks';
import { AssignGroupsController } from './assign-groups/assign-groups.controller.js';
import { EndSessionController } from './end-session/end-session.controller.js';
import { ConversationCommands } from './conversation-commands.js';
import { ForceOfflineController } from './force-offline/force-offline.controller.js';
import { ImportAgents } from './import-agents/import-agents.js';
import { ImportAgentsController } from './import-agents/import-agents.controller.js';
import { ListHolidayCalendarsController } from './list-holiday-calendars/list-holiday-calendars.controller.js';
import { AgentsController } from './manage-agents/agents.controller.js';
import { ApiKeysController } from './manage-api-keys/api-keys.controller.js';
import { GroupsController } from './manage-groups/groups.controller.js';
import { ParkedEventsController } from './manage-parked-events/parked-events.controller.js';
import { HoursCommands } from './hours-commands.js';
import { SitesController } from './manage-sites/sites.controller.js';
import { RemoveTenant } from './manage-tenants/remove-tenant.js';
import { TenantsController } from './manage-tenants/tenants.controller.js';
import { DeliveriesController } from './manage-webhooks/deliveries.controller.js';
import { WebhooksController } from './manage-webhooks/webhooks.controller.js';
import { ApiKeyReader } from './prove-caller/api-key-reader.js';
import { SessionCheck } from './prove-caller/session-check.js';
import { OpenSessionController } from './open-session/open-session.controller.js';
import { MessagesController } from './read-messages/messages.controller.js';
import { ReceiveMessages } from './receive-messages/receive-messages.js';
import { ReportAvailabilityController } from './report-availability/report-availability.controller.js';
import { ReportConversationsController } from './report-conversations/report-conversations.controller.js';
import { ReadAuditController } from './read-audit/read-audit.controller.js';
import { ReadEventsController } from './read-events/read-events.controller.js';
import { ReadHistoryController } from './read-history/read-history.controller.js';
import { GroupHoursController } from './set-hours/group-hours.controller.js';
import { SiteHoursController } from './set-hours/site-hours.controller.js';
import { ReplaysController } from './replay/replays.controller.js';
import { TenantReplaysController } from './replay/tenant-replays.controller.js';
import { VerificationController } from './replay/verification.controller.js';
import { SetNoticesController } from './set-notices/set-notices.controller.js';
import { HoursRoutes } from './set-hours/hours-routes.js';
import { SetSiteModeController } from './set-site-mode/set-site-mode.controller.js';
import { ShowAgentController } from './show-agent/show-agent.controller.js';
import { ShowPresenceController } from './show-status/show-presence.controller.js';
import { ShowStatusController } from './show-status/show-status.controller.js';
import { TenantCommands } from './tenant-commands.js';
import { TenantScope } from './tenant-scope.js';
import { TenantsPast } from './tenants-past.js';
import { WhatIfController } from './what-if/what-if.controller.js';

/** The admin API (contract, "Admin API"): one slice a folder. */
@Module({
  imports: [EventStoreModule],
  controllers: [
    TenantsController,
    ApiKeysController,
    SitesController,
    SetSiteModeController,
    SetNoticesController,
    SiteHoursController,
    GroupHoursController,
    ListHolidayCalendarsController,
    GroupsController,
    AgentsController,
    ImportAgentsController,
    AssignGroupsController,
    OpenSessionController,
    EndSessionController,
    ForceOfflineController,
    ShowAgentController,
    ShowStatusController,
    ShowPresenceController,
    ReadHistoryController,
    ReportAvailabilityController,
    WhatIfController,
    ReadEventsController,
    ReadAuditController,
    WebhooksController,
    DeliveriesController,
    ParkedEventsController,
    MessagesController,
    ReportConversationsController,
    ReplaysController,
    TenantReplaysController,
    VerificationController,
  ],
  providers: [
    TenantScope, TenantsPast, TenantCommands, HoursCommands, HoursRoutes, ConversationCommands, ReceiveMessages, RemoveTenant,
    ImportAgents, ApiKeyReader, SessionCheck,
    { provide: WebhookSecrets, inject: [SETTINGS], useFactory: (settings: Settings) => new WebhookSecrets(settings.tokenSecret ?? '') },
  ],
})
export class AdminApiModule {}
