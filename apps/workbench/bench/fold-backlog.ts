import { setTimeout as pause } from 'node:timers/promises';
import type { SiteView } from '#contract';
import { AdminClient } from '../src/admin-client.js';
import type { Bench } from './benchmark.js';
import { type House, openHouse } from './house.js';
import { seedBacklog } from './seed-backlog.js';
import { asAdministrator, openLeases, type SeededSession, type SeededTenant, seedTenants, signInAll } from './seed-sessions.js';

/** How often one looks whether the projector is through, ms. */
const LOOK_MS = 200;
const PATIENCE_MS = 1_800_000;

/** Tenants with a site and agents each, whose log grows by turns of the agents' switches. */
export interface Backlog {
  readonly house: House;
  readonly api: AdminClient;
  readonly tenants: readonly SeededTenant[];
  readonly siteIds: readonly string[];
  readonly agents: readonly SeededSession[];
  /** Adds some `more` events and waits until they are folded. Gives how many there are now. */
  grow(more: number): Promise<number>;
}

/** @param size how many tenants, and agents in all */
export async function openBacklog(bench: Bench, size: { readonly tenants: number; readonly agents: number }): Promise<Backlog> {
  const house = await openHouse(bench, { AMPEL_VERIFY_PERCENT: '0' }); // the background would verify meanwhile
  const door = await house.start(['admin-api', 'projector']);
  const origin = door.origins.get('admin-api') ?? '';
  const api = new AdminClient(origin, house.settings.adminToken);
  const tenants = await seedTenants(house, origin, size.tenants);
  const siteIds: string[] = [];
  for (const { tenantId } of tenants) {
    siteIds.push((await api.send<SiteView>('POST', `/tenants/${tenantId}/sites`, { name: 'S', origins: [], timeZone: 'UTC' })).id);
  }
  const agents = await signInAll(house, tenants, size.agents, () => 3_600);
  await openLeases(house, agents);
  let turned = 1;
  const grow = async (more: number): Promise<number> => {
    const turns = Math.max(2, 2 * Math.round(more / agents.length / 2));
    await seedBacklog(house, agents, turns, turned);
    turned += turns;
    return folded(house);
  };
  await folded(house);
  return { house, api, tenants, siteIds, agents, grow };
}

async function folded(house: House): Promise<number> {
  return asAdministrator(house, async (admin) => {
    for (const patience = performance.now() + PATIENCE_MS; ; ) {
      const { rows } = await admin.query<{ done: string; head: string }>(
        'SELECT (SELECT sum(position) FROM read.checkpoint) AS done, (SELECT sum(pos) FROM store.partition_head) AS head',
      );
      const [done, head] = [Number(rows[0]?.done), Number(rows[0]?.head)];
      if (done >= head) return done;
      if (performance.now() > patience) throw new Error(`the projector stands at ${done} of ${head}`);
      await pause(LOOK_MS);
    }
  });
}
