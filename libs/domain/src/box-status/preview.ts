import type { Status } from '../agent-presence/status.js';
import type { Site } from '../tenant-settings/site.js';
import { contributionOf, copyTallies, count } from './tallies.js';
import { boxStatus } from './box-status.js';
import { audienceOf, gateAt, groupExists, type TenantBoxes } from './tenant-boxes.js';

export interface PreviewedChange {
  readonly scope: 'site' | 'group';
  readonly id: string;
  readonly from: Status;
  readonly to: Status;
}

/**
 * What a click would change ("you are the last one in DE"), without changing anything (contract, POST /status/preview).
 * The agent is taken as present: whoever asks is signed in. An unknown or inactive agent changes nothing.
 */
export function previewStatus(boxes: TenantBoxes, agentId: string, status: Status): PreviewedChange[] {
  const agent = boxes.agents.get(agentId);
  if (!agent) return [];
  const was = contributionOf(agent, (id) => groupExists(boxes, id));
  const wouldBe = { ...was, status: agent.standing === 'active' ? status : 'offline' } as const;
  const tallies = copyTallies(boxes.tallies);
  count(tallies, was, -1);
  count(tallies, wouldBe, 1);

  const sites = [...boxes.sites.values()].flatMap(({ site }) => (site.standing === 'present' ? [site] : []));
  const changes: PreviewedChange[] = [];
  const compare = (scope: 'site' | 'group', id: string, groupId: string | null, on: readonly Site[]): void => {
    const [before, after] = [audienceOf(boxes, groupId), audienceOf(boxes, groupId, tallies)];
    // Outside the hours of every site, or where a person has forced the box, a click changes nothing that anybody sees.
    const gate = on.some((site) => gateAt(boxes, site, groupId) === 'agents') ? 'agents' : 'offline';
    const [from, to] = [boxStatus(before, gate), boxStatus(after, gate)];
    if (from !== to) changes.push({ scope, id, from, to });
  };
  for (const site of sites) compare('site', site.siteId, null, [site]);
  for (const groupId of boxes.groups.keys()) if (groupExists(boxes, groupId)) compare('group', groupId, groupId, sites);
  return changes;
}
