import type { GroupView, SiteView, TenantStatus } from '#contract';

/** Whose timeline is shown: a site's box, a group's box on a site, or an agent. */
export interface Subject {
  readonly kind: 'site' | 'group' | 'agent';
  readonly id: string;
  readonly name: string;
  /** The site whose box stands below; of an agent the first one. */
  readonly siteId: string;
  /** The zone in which days are cut. */
  readonly timeZone: string;
}

/** Everything that has a timeline: each site, its groups, the team. Without a site there is none but the agents'. */
export function subjectsOf(sites: readonly SiteView[], groups: readonly GroupView[], agents: TenantStatus['agents']): Subject[] {
  const [first] = sites;
  const boxes = sites.flatMap((site): Subject[] => {
    const on = { siteId: site.id, timeZone: site.timeZone };
    const called = (name: string): string => (sites.length > 1 ? `${name} · ${site.name}` : name);
    return [{ kind: 'site', id: site.id, name: site.name, ...on }, ...groups.map(({ id, name }): Subject => ({ kind: 'group', id, name: called(name), ...on }))];
  });
  const people = agents.map(({ id, name }): Subject => ({ kind: 'agent', id, name, siteId: first?.id ?? '', timeZone: first?.timeZone ?? 'UTC' }));
  return [...boxes, ...people.sort((a, b) => a.name.localeCompare(b.name))];
}

/** Names a subject in the address and in the list. */
export function keyOf({ kind, id, siteId }: Pick<Subject, 'kind' | 'id' | 'siteId'>): string {
  return kind === 'group' ? `group/${siteId}/${id}` : `${kind}/${id}`;
}

/** How the history of it is asked for. */
export function queryOf({ kind, id, siteId }: Subject): string {
  const encoded = encodeURIComponent(id);
  if (kind === 'agent') return `agentId=${encoded}`;
  return kind === 'site' ? `siteId=${encoded}` : `siteId=${encodeURIComponent(siteId)}&groupId=${encoded}`;
}
