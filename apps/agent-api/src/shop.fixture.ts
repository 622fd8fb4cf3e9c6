import { expect } from '@jest/globals';
import { agentFold } from '#domain/agent-presence/index';
import { applyEvent, type BoxEvent, emptyTenantBoxes, SITE_ITSELF } from '#domain/box-status/index';
import { addGroup, addMemberships, addSite } from '#directory';
import { writeProjection } from '#read-model/write';
import type { Person, World } from './agent-api-world.fixture.js';

async function checkpointOf(world: World, partition: number): Promise<number> {
  const select = 'SELECT position FROM read.checkpoint WHERE partition = $1';
  const { rows } = await world.pools.engine.query<{ position: number }>(select, [partition]);
  return rows[0]?.position ?? 0;
}

/** A site and a group with names, and the read model as the projector would leave it. */
export async function shopOf(world: World, anna: Person): Promise<void> {
  const { tenantId, partition, agentId } = anna;
  await addSite(world.pools.engine, tenantId, { id: 'shop', key: `key-${tenantId}`, name: 'Our shop', origins: [], timeZone: 'UTC' });
  await addGroup(world.pools.engine, tenantId, { id: 'DE', name: 'German' });
  await addMemberships(world.pools.engine, tenantId, agentId, ['DE']);
  const facts = [
    { type: 'TenantAdded', data: { tenantId, plan: 'pro', leaseSeconds: 120 } },
    { type: 'SiteAdded', data: { siteId: 'shop', key: `key-${tenantId}`, origins: [], timeZone: 'UTC' } },
    { type: 'GroupAdded', data: { groupId: 'DE' } },
  ];
  const boxes = emptyTenantBoxes();
  for (const fact of [...facts, ...(await world.events(anna))]) applyEvent(boxes, { effectiveAt: 1, ...fact } as BoxEvent);
  const { state: agent } = await world.store.load({ tenantId, partition, streamId: `agent-${agentId}` }, agentFold);
  const shop = boxes.sites.get('shop');
  const group = boxes.groups.get('DE');
  if (!shop || !group) throw new Error('the fold has no shop');
  const from = await checkpointOf(world, partition);
  const written = await writeProjection(world.pools.engine, {
    partition,
    from,
    to: from + 1,
    tenants: [boxes.tenant],
    agents: [{ tenantId, agent, effectiveStatus: agent.intent.status }],
    groups: [{ tenantId, group, at: 1 }],
    sites: [{ tenantId, site: shop.site, version: shop.version, at: 1 }],
    boxes: [...shop.boxes].map(([groupId, { status, since, version, removed }]) => {
      return { tenantId, siteId: 'shop', groupId: groupId === SITE_ITSELF ? null : groupId, status, since, version, next: null, removed };
    }),
    intervals: [],
    shown: [],
  });
  expect(written).toBe(true);
}
