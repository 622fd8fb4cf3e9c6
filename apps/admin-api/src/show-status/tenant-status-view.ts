import { rfc3339, type TenantStatus } from '#contract';
import { statusView } from '#domain/agent-presence/index';
import { type Box, groupExists, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import { gapOf, type Site } from '#domain/tenant-settings/index';
import { SETTLED } from './site-status-view.js';

/** Everything of a tenant that has a status, by name. Groups stand once for each site: their boxes are the sites'. */
export function tenantStatusView(boxes: TenantBoxes, names: ReadonlyMap<string, string>, knownAt: number, settled = SETTLED): TenantStatus {
  const nameOf = (id: string): string => names.get(id) ?? '';
  const sites: TenantStatus['sites'] = [];
  const groups: TenantStatus['groups'] = [];
  for (const [siteId, site] of boxes.sites) {
    const own = site.boxes.get(SITE_ITSELF);
    if (own) sites.push({ id: siteId, name: nameOf(siteId), ...shown(own), ...uncovered(site.site, null) });
    for (const [id, group] of boxes.groups) {
      const box = site.boxes.get(id);
      if (box) groups.push({ id, name: nameOf(id), siteId, enabled: group.enabled, ...shown(box), ...uncovered(site.site, id) });
    }
  }
  const agents = [...boxes.agents.values()].map((agent) => {
    const { agentId: id, standing } = agent;
    const { since, ...status } = statusView(agent);
    const groupIds = agent.groupIds.filter((groupId) => groupExists(boxes, groupId));
    return { id, name: nameOf(id), active: standing === 'active', groupIds, ...status, since: rfc3339(since) };
  });
  return { sites, groups, agents, knownAt: rfc3339(knownAt), settled };
}

function shown({ status, since, version }: Box) {
  return { status, since: rfc3339(since), version };
}

/** As it was told; a group that is gone, or has no box of its own by the plan any more, had its gap ended. */
function uncovered(site: Site, groupId: string | null) {
  const gap = gapOf(site, groupId);
  return gap?.open ? { uncoveredSince: rfc3339(gap.since) } : {};
}
