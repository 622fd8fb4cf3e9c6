import type { PoolClient } from 'pg';
import type { HoursOnTheWire, WhatIfBody } from '#contract';
import { findAgent, findGroup, findSite } from '#directory';
import { parseHours } from '#domain/opening-hours/index';
import type { Supposition } from '#domain/past/index';
import type { Entitlements } from '#domain/tenant-settings/index';
import { invalid, notFound } from '#http-kit';
import { type HoursOwner, readHours } from '#openings';
import type { WishedHours } from '../hours-commands.js';
import { wishHours } from '../wish-hours.js';

/** What is asked, with its hours read by the rules of those that are set; null: none, undefined: as they were. */
export interface WhatIfAsked {
  readonly body: WhatIfBody;
  readonly hours: WishedHours | null | undefined;
  readonly groupHours: WishedHours | null | undefined;
}

/** The zone of a group's holidays where its hours name none: it has no place of its own. */
const NO_PLACE = 'UTC';

/** Refuses: `invalid-body` with the place of every fault in the supposed hours. */
export async function readAsked(body: WhatIfBody): Promise<WhatIfAsked> {
  const { hours, groupHours } = body.suppose;
  return { body, hours: await read(hours, '/suppose/hours'), groupHours: await read(groupHours, '/suppose/groupHours') };
}

async function read(hours: HoursOnTheWire | null | undefined, place: string): Promise<WishedHours | null | undefined> {
  if (!hours) return hours;
  try {
    return await wishHours((knows) => parseHours(hours, knows));
  } catch (error) {
    const { extra } = error as { extra?: { errors?: { pointer: string; detail: string }[] } };
    for (const fault of extra?.errors ?? []) fault.pointer = `${place}${fault.pointer}`;
    throw error;
  }
}

/**
 * Whoever was there once is known, removed or not: the range may lie before that.
 * Refuses: `not-found` for an unknown site or group, `invalid-body` for people and groups in the supposition that are unknown.
 */
export async function assertKnown(sql: PoolClient, tenantId: string, { siteId, groupId, suppose: { agentGroups = [] } }: WhatIfBody): Promise<void> {
  if (!(await findSite(sql, tenantId, siteId))) throw notFound();
  if (groupId !== undefined && !(await findGroup(sql, tenantId, groupId))) throw notFound();
  const groups = new Map<string, boolean>();
  const faults: { pointer: string; detail: string }[] = [];
  for (const [i, { agentId, groupIds }] of agentGroups.entries()) {
    if (!(await findAgent(sql, tenantId, agentId))) faults.push({ pointer: `/suppose/agentGroups/${i}/agentId`, detail: 'is not the id of an agent' });
    for (const [j, id] of groupIds.entries()) {
      if (!groups.has(id)) groups.set(id, (await findGroup(sql, tenantId, id)) !== null);
      if (!groups.get(id)) faults.push({ pointer: `/suppose/agentGroups/${i}/groupIds/${j}`, detail: 'is not the id of a group' });
    }
  }
  if (faults.length > 0) throw invalid('invalid-body', faults);
}

/** The supposition as the rules take it: holidays written out from the beginning of the range on, those that people edited as they are. */
export async function suppositionOf(
  sql: PoolClient,
  tenantId: string,
  { body: { siteId, groupId, suppose }, hours, groupHours }: WhatIfAsked,
  timeZone: string,
  from: number,
): Promise<Supposition> {
  const kept = async (wished: WishedHours | null | undefined, owner: HoursOwner, zone: string) =>
    wished ? wished(await readHours(sql, tenantId, owner), zone, from) : wished;
  return {
    hours: { site: await kept(hours, { kind: 'site', id: siteId }, timeZone), group: await kept(groupHours, { kind: 'group', id: groupId ?? '' }, NO_PLACE) },
    mode: suppose.mode,
    groupEnabled: suppose.groupEnabled,
    agentGroups: suppose.agentGroups && new Map(suppose.agentGroups.map(({ agentId, groupIds }) => [agentId, groupIds])),
  };
}

/** What is supposed and the plan has not (behaviour D20): stored or supposed, it changes nothing. */
export function inactiveOf({ groupId, suppose }: WhatIfBody, plan: Entitlements): ('hours' | 'groups')[] {
  const ofHours = suppose.hours !== undefined || suppose.groupHours !== undefined;
  const ofGroups = groupId !== undefined || suppose.agentGroups !== undefined;
  return [...(ofHours && !plan.hours ? ['hours' as const] : []), ...(ofGroups && !plan.groups ? ['groups' as const] : [])];
}
