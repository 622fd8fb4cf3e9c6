import { boxKey, storiesOf } from './boxes-by-log.js';
import type { Finding } from './check.js';
import type { Ending, Recording } from './recording.js';

/** Targets I5, I7: at quiet the boxes, and every box that was ever shown, are what the log says. */
export function checkBoxes({ ending }: Recording & { ending: Ending }): Finding[] {
  const { stories, tenants } = storiesOf(ending.log);
  const tenantOf = new Map(ending.log.map(({ eventId, tenantId }) => [eventId, tenantId]));
  const statusAfter = new Map<string, Map<string, string>>();
  for (const [key, story] of stories) statusAfter.set(key, new Map(story.map(({ eventId, status }) => [eventId, status])));
  const shown: string[] = [];
  for (const { groupId, status, version, causeEventId } of ending.shown) {
    const tenantId = tenantOf.get(causeEventId);
    const wanted = tenantId && statusAfter.get(boxKey({ tenantId, groupId }))?.get(causeEventId);
    const box = `box ${groupId || 'of the site'}`;
    if (!wanted) shown.push(`I2: ${box} showed ${status} at version ${version}, for which the log has no cause`);
    else if (status !== wanted) shown.push(`I7: ${box} showed ${status} at version ${version}, by the log it was ${wanted}`);
  }
  const final: string[] = [];
  for (const { tenantId, siteId, groupId, row, answer } of ending.boxes) {
    const wanted = tenants.get(tenantId)?.status(groupId) ?? 'offline';
    const of = `site ${siteId} ${groupId && `group ${groupId}`}`;
    if (row.status !== wanted) final.push(`I5: ${of} is ${row.status} in the read model, by the log ${wanted}`);
    if (answer.status !== wanted) final.push(`I5: ${of} is answered as ${answer.status}, by the log it is ${wanted}`);
    if (answer.version !== row.version) final.push(`I5: ${of} is answered at version ${answer.version}, the read model has ${row.version}`);
    if (answer.stale) final.push(`D10: ${of} is called stale though all is quiet`);
  }
  const versions = new Map<string, number>();
  for (const { data } of ending.log) if (data['statusVersion'] !== undefined) versions.set(String(data['agentId']), Number(data['statusVersion']));
  const told: string[] = [];
  for (const { agentId, state } of ending.agents) {
    const intent = [...tenants.values()].map((boxes) => boxes.intent(agentId)).find((one) => one !== undefined);
    const version = versions.get(agentId) ?? 0;
    if (!state) told.push(`D10: agent ${agentId} is there, but was refused in the end`);
    else if (state.status !== intent || state.version !== version) {
      told.push(`I5: agent ${agentId} is told ${state.status} at version ${state.version}, by the log it is ${intent} at ${version}`);
    }
  }
  return [
    { rule: 'at quiet every box is what the log says: read model and answer (I5)', looked: ending.boxes.length, violations: final },
    { rule: 'every box ever shown was what the log said then (I7)', looked: ending.shown.length, violations: shown },
    { rule: 'at quiet every agent is told what the log says (I5)', looked: ending.agents.length, violations: told },
  ];
}
