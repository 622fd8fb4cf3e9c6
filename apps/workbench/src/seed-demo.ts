import type { GroupView, SiteView, TenantView } from '#contract';
import { AdminClient } from './admin-client.js';
import { DEMO_AGENTS, DEMO_GROUPS, DEMO_SITE, DEMO_TENANT } from './demo-tenant.js';
import type { RunFile } from './run-file.js';

/** What a person needs to know to try the demo tenant. */
export interface Demo {
  readonly siteKey: string;
  /** Ids of the groups by name. */
  readonly groupIds: ReadonlyMap<string, string>;
}

/**
 * Makes the demo tenant through the public API, as any customer would, unless it exists; then only the site's origins are brought up to
 * date, for the port may have changed. What people have changed in it stays. Throws if the API refuses.
 */
export async function seedDemo(urls: RunFile['urls'], adminToken: string): Promise<Demo | undefined> {
  const api = new AdminClient(urls.admin, adminToken);
  const existing = await find(api.list<TenantView>('/tenants', 'tenants'), ({ slug }) => slug === DEMO_TENANT.slug);
  return existing === undefined ? create(api, originsOf(urls)) : refresh(api, existing.id, originsOf(urls));
}

async function create(api: AdminClient, origins: string[]): Promise<Demo> {
  const { id } = await api.send<TenantView>('POST', '/tenants', DEMO_TENANT);
  const at = `/tenants/${id}`;
  const [site, groups] = await Promise.all([
    api.send<SiteView>('POST', `${at}/sites`, { ...DEMO_SITE, origins }),
    Promise.all(DEMO_GROUPS.map((name) => api.send<GroupView>('POST', `${at}/groups`, { name }))),
  ]);
  const groupIds = new Map(groups.map((group) => [group.name, group.id]));
  await Promise.all(
    DEMO_AGENTS.map(({ group, ...agent }) =>
      api.send('POST', `${at}/agents`, { ...agent, groupIds: group === undefined ? [] : [groupIds.get(group)] }),
    ),
  );
  return { siteKey: site.key, groupIds };
}

async function refresh(api: AdminClient, tenantId: string, origins: string[]): Promise<Demo | undefined> {
  const at = `/tenants/${tenantId}`;
  const site = await find(api.list<SiteView>(`${at}/sites`, 'sites'), ({ name }) => name === DEMO_SITE.name);
  if (site === undefined) return undefined; // somebody removed or renamed it, which is their right
  const missing = origins.filter((origin) => !site.origins.includes(origin));
  if (missing.length > 0) {
    // Local origins of former ports are of no use any more; those that a person added stay.
    const kept = site.origins.filter((origin) => !/^http:\/\/(127\.0\.0\.1|localhost):/.test(origin));
    await api.send('PATCH', `${at}/sites/${site.id}`, { origins: [...kept, ...origins] });
  }
  const groupIds = new Map<string, string>();
  for await (const group of api.list<GroupView>(`${at}/groups`, 'groups')) groupIds.set(group.name, group.id);
  return { siteKey: site.key, groupIds };
}

/** Pages of our own address show the demo box; browsers know this machine by two names. */
function originsOf(urls: RunFile['urls']): string[] {
  const own = [urls.dashboard, urls.widget].map((url) => new URL(url).origin);
  return [...new Set(own.flatMap((origin) => [origin, origin.replace('127.0.0.1', 'localhost')]))];
}

async function find<T>(items: AsyncIterable<T>, wanted: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (wanted(item)) return item;
  return undefined;
}
