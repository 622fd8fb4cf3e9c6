import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminApiModule } from '#apps/admin-api/src/admin-api.module';
import { AgentApiModule } from '#apps/agent-api/src/agent-api.module';
import { ProjectorModule } from '#apps/projector/src/projector.module';
import { RelayModule } from '#apps/relay/src/relay.module';
import { TimekeeperModule } from '#apps/timekeeper/src/timekeeper.module';
import { WidgetApiModule } from '#apps/widget-api/src/widget-api.module';
import { runService } from '#http-kit';
import { type FreshDatabase, freshDatabase, natsUrl } from '#testing';
import { metricsPage } from './metrics-page.js';

/** In the order of ROLES. */
const modules = [AgentApiModule, AdminApiModule, WidgetApiModule, RelayModule, ProjectorModule, TimekeeperModule];
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

describe('docs/reference/metrics.md', () => {
  it('is what every role really tells at /metrics (if this fails after a change: npm run metrics-page)', async () => {
    const page = await metricsPage({ databaseUrl: database.serviceUrl, natsUrl: natsUrl() }, { runService, modules });
    expect(page).toBe(readFileSync(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8'));
  }, 120_000);
});
