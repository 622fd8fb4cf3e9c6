import { effectiveStatusOf } from '#domain/agent-presence/index';
import { applyEvent, type BoxEvent, emptyTenantBoxes, type TenantBoxes } from '#domain/box-status/index';
import type { StoredEvent } from '#event-store';
import type { AdminApi, Tenant } from './admin-api-world.fixture.js';

/** Writes what the projector would have made of a tenant's log by now. Once for each tenant: the shown log only grows. */
export async function playProjector(api: AdminApi, tenant: Tenant): Promise<void> {
  const events = await api.store.readTenant(tenant.partition, tenant.id, { after: 0, limit: 10_000 });
  const boxes = emptyTenantBoxes();
  const shown: object[] = [];
  const intervals: { agentId: string; to: number | null; from: number; status: string }[] = [];
  for (const event of events) {
    const before = statusesOf(boxes);
    const changes = applyEvent(boxes, event as unknown as BoxEvent);
    for (const { siteId, groupId, box, before: was } of changes) {
      const place = { eventId: api.store.newId(), tenantId: tenant.id, siteId, groupId, before: was, shownFrom: event.recordedAt };
      shown.push({ ...place, ...box, cause: causeOf(event) });
    }
    for (const [agentId, status] of statusesOf(boxes)) {
      if (before.get(agentId) === status) continue;
      for (const open of intervals) if (open.agentId === agentId) open.to ??= event.effectiveAt;
      const { position, effectiveAt } = event;
      intervals.push({ ...{ tenantId: tenant.id, agentId, position, status, from: effectiveAt, to: null }, ...{ cause: causeOf(event) } });
    }
  }
  const rows = JSON.stringify({ ...stateOf(boxes, tenant), intervals, shown });
  const { rows: answer } = await api.admin.query(
    'SELECT read.write_projection($1, position, position, $2) AS won FROM read.checkpoint WHERE partition = $1',
    [tenant.partition, rows],
  );
  if (answer[0]?.won !== true) throw new Error('the played projector lost');
}

const statusesOf = (boxes: TenantBoxes) => new Map([...boxes.agents].map(([id, agent]) => [id, effectiveStatusOf(agent)]));

function causeOf({ eventId, type, actor, data }: StoredEvent) {
  const { reason } = data as { reason?: string };
  return { eventId, type, actor, ...(reason === undefined ? {} : { reason }) };
}

function stateOf(boxes: TenantBoxes, { id: tenantId }: Tenant) {
  return {
    tenants: [boxes.tenant],
    agents: [...boxes.agents.values()].map((agent) => ({ tenantId, agent, effectiveStatus: effectiveStatusOf(agent) })),
    groups: [...boxes.groups.values()].map((group, at) => ({ tenantId, group, at })),
    sites: [...boxes.sites.values()].map(({ site, version }, at) => ({ tenantId, site, version, at })),
    boxes: [...boxes.sites].flatMap(([siteId, site]) =>
      [...site.boxes].map(([groupId, box]) => ({ tenantId, siteId, groupId: groupId === '' ? null : groupId, ...box, next: null })),
    ),
  };
}
