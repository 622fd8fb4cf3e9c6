import type { Status } from '../agent-presence/status.js';
import { contributionOf, copyTallies, count } from './tallies.js';
import { groupExists, statusOf, type TenantBoxes } from './tenant-boxes.js';

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

  const changes: PreviewedChange[] = [];
  const compare = (scope: 'site' | 'group', id: string, groupId: string | null): void => {
    const from = statusOf(boxes, groupId);
    const to = statusOf(boxes, groupId, tallies);
    if (from !== to) changes.push({ scope, id, from, to });
  };
  for (const [siteId, { site }] of boxes.sites) if (site.standing === 'present') compare('site', siteId, null);
  for (const groupId of boxes.groups.keys()) if (groupExists(boxes, groupId)) compare('group', groupId, groupId);
  return changes;
}
