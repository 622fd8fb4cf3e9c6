import { type OwnBox, rfc3339 } from '#contract';
import { audienceOf, type Box, contribution, explainBox, groupExists, type Reason, SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import { effectiveStatusOf } from '#domain/agent-presence/index';

/** What an agent is shown of every box: each site by name, then its groups by name. Of colleagues only how many count. */
export function boxesAsSeenBy(agentId: string, boxes: TenantBoxes, names: ReadonlyMap<string, string>): OwnBox[] {
  const nameOf = (id: string): string => names.get(id) ?? id;
  const byName = (a: string, b: string): number => nameOf(a).localeCompare(nameOf(b)) || (a < b ? -1 : 1);
  const groupIds = [...boxes.groups.keys()].filter((id) => groupExists(boxes, id)).sort(byName);
  const siteIds = [...boxes.sites].filter(([, { site }]) => site.standing === 'present').map(([id]) => id).sort(byName);
  return siteIds.flatMap((siteId) =>
    [SITE_ITSELF, ...groupIds].flatMap((scope) => {
      const box = boxes.sites.get(siteId)?.boxes.get(scope);
      if (!box || box.removed) return [];
      const groupId = scope === SITE_ITSELF ? null : scope;
      return [oneBox(agentId, boxes, { siteId, groupId, box, nameOf })];
    }),
  );
}

interface Scope {
  readonly siteId: string;
  readonly groupId: string | null;
  readonly box: Box;
  readonly nameOf: (id: string) => string;
}

function oneBox(agentId: string, boxes: TenantBoxes, { siteId, groupId, box, nameOf }: Scope): OwnBox {
  const site = boxes.sites.get(siteId)?.site;
  if (!site) throw new Error(`no site ${siteId} among its own boxes`);
  const me = boxes.agents.get(agentId);
  const mine = me !== undefined && countsFor(boxes, agentId, groupId);
  const you = mine ? effectiveStatusOf(me) : null;
  const audience = audienceOf(boxes, groupId);
  const others = (status: 'online' | 'busy'): number => Math.max(0, audience[status] - (you === status ? 1 : 0));
  return {
    site: { id: siteId, key: site.key, name: nameOf(siteId), timeZone: site.timeZone },
    group: groupId === null ? null : { id: groupId, name: nameOf(groupId) },
    mine,
    status: box.status,
    since: rfc3339(box.since),
    next: box.next && { at: rfc3339(box.next.at), status: box.next.status },
    why: whyOf(explainBox(boxes, site, groupId).reasons),
    counted: { you, othersOnline: others('online'), othersBusy: others('busy') },
  };
}

/** behaviour D3: the site counts everybody; a group counts its own and those in no group. */
function countsFor(boxes: TenantBoxes, agentId: string, groupId: string | null): boolean {
  const me = boxes.agents.get(agentId);
  if (!me) return false;
  const { groupIds } = contribution(boxes, me);
  return groupId === null || groupIds.length === 0 || groupIds.includes(groupId);
}

/** The deciding rule; where a plan takes groups or hours out of account, what decides in their place. */
function whyOf(reasons: readonly Reason[]): OwnBox['why'] {
  const deciding = reasons.find((reason) => reason.decides && reason.rule !== 'plan' && reason.rule !== 'unknown-group');
  switch (deciding?.rule) {
    case 'group-disabled':
      return { rule: 'group-disabled' };
    case 'site-mode': {
      const { mode, until, reason } = deciding;
      return { rule: 'site-mode', mode, ...(until === undefined ? {} : { until }), ...(reason === undefined ? {} : { text: reason }) };
    }
    case 'hours': {
      const { open, because, nextTurn } = deciding;
      return { rule: 'hours', open, because: because.rule, nextTurn, ...(because.label === undefined ? {} : { label: because.label }) };
    }
    default:
      return { rule: 'agents' };
  }
}
