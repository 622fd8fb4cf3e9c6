import { isDeepStrictEqual } from 'node:util';
import { PartitionProjector } from '#apps/projector/src/box-status/project-partition';
import type { EventStore } from '#event-store';
import { MemoryReadModel } from './memory-read-model.js';
import { payloadOf, type ReferenceTenant } from './reference-tenant.js';
import type { Cast } from './wish.js';
import type { Witness } from './witness.js';

/** I5, I7: the rows of a partition are what the reference gives at the very position the checkpoint stands at. */
export function checkRows(readModel: MemoryReadModel, witness: Witness, casts: readonly Cast[], partition: number): string[] {
  const position = readModel.checkpoint(partition);
  const complaints: string[] = [];
  for (const { tenantId, siteIds, agentIds } of casts.filter((cast) => cast.partition === partition)) {
    const view = witness.viewAt(tenantId, partition, position);
    const where = `partition ${partition} at ${position}`;
    for (const siteId of siteIds) {
      const row = readModel.peek(siteId);
      const wanted = view.sites.get(siteId);
      if (row.version !== wanted?.version)
        complaints.push(`I5: ${where}: ${siteId} has version ${row.version}, reference ${wanted?.version}`);
      const boxes = Object.fromEntries(
        row.boxes.map(({ groupId, status, since, version, next, removed }) => [groupId ?? '', { status, since, version, next, removed }]),
      );
      const reference = Object.fromEntries(wanted?.boxes ?? []);
      if (!isDeepStrictEqual(boxes, reference))
        complaints.push(`I7: ${where}: ${siteId} shows ${JSON.stringify(boxes)}, reference ${JSON.stringify(reference)}`);
    }
    for (const agentId of agentIds) {
      const [is, wanted] = [readModel.effectiveStatus(agentId), view.agents.get(agentId)];
      if (is !== wanted) complaints.push(`I5: ${where}: ${agentId} is ${is}, reference ${wanted}`);
    }
  }
  return complaints;
}

/** When all is quiet: checkpoint at the head, shown log and intervals complete and in order. */
export function checkHistory(readModel: MemoryReadModel, witness: Witness, casts: readonly Cast[]): string[] {
  const complaints: string[] = [];
  for (const [partition, log] of witness.logs) {
    if (readModel.checkpoint(partition) !== log.length)
      complaints.push(`I5: partition ${partition} is folded to ${readModel.checkpoint(partition)} of ${log.length}`);
    const shown = (readModel.shown.get(partition) ?? []).map(
      ({ seq, cause, siteId, groupId, before, status, since, version, removed }) => ({
        seq,
        text: JSON.stringify([cause.eventId, siteId, groupId ?? '', before, { status, since, version, removed }]),
      }),
    );
    const tenants = new Map(casts.filter((cast) => cast.partition === partition).map(({ tenantId }) => [tenantId, 0]));
    const wanted = log.flatMap(({ tenantId }) => {
      const reference = witness.references.get(tenantId) as ReferenceTenant;
      const nth = (tenants.get(tenantId) ?? 0) + 1;
      tenants.set(tenantId, nth);
      // Which box of one event comes first is nobody's promise.
      return reference
        .view(nth)
        .changes.filter(({ before, box }) => before !== box.status || box.removed) // a new announcement of the future alone is not shown
        .map(({ eventId, siteId, groupId, before, box: { status, since, version, removed } }) =>
          JSON.stringify([eventId, siteId, groupId, before, { status, since, version, removed }]),
        )
        .sort();
    });
    const causes = [...new Set(shown.map(({ text }) => JSON.parse(text)[0] as string))];
    const sorted = causes.flatMap((cause) =>
      shown
        .filter(({ text }) => JSON.parse(text)[0] === cause)
        .map(({ text }) => text)
        .sort(),
    );
    if (shown.some(({ seq }, i) => seq !== i + 1)) complaints.push(`the shown log of partition ${partition} is not dense`);
    if (!isDeepStrictEqual(sorted, wanted))
      complaints.push(`the shown log of partition ${partition} is ${firstDifference(sorted, wanted)}`);
  }
  for (const { tenantId, agentIds } of casts) {
    const reference = witness.references.get(tenantId) as ReferenceTenant;
    for (const agentId of agentIds) {
      const intervals = readModel.intervals
        .filter((interval) => interval.agentId === agentId)
        .map(({ status, from, to }) => ({ status, from, to }));
      const wanted = intervalsOf(reference, agentId);
      if (!isDeepStrictEqual(intervals, wanted))
        complaints.push(`the intervals of ${agentId} are ${JSON.stringify(intervals)}, reference ${JSON.stringify(wanted)}`);
    }
  }
  return complaints;
}

/** I6: folding everything again, in other ranges, gives the same rows, versions and shown log. */
export async function checkRebuild(
  readModel: MemoryReadModel,
  store: EventStore,
  witness: Witness,
  casts: readonly Cast[],
): Promise<string[]> {
  const complaints: string[] = [];
  for (const partition of witness.logs.keys()) {
    const rebuilt = new MemoryReadModel();
    const projector = new PartitionProjector(partition, {
      readEvents: (p, after, limit) => store.readPartition(p, after, limit),
      readCheckpoint: (p) => Promise.resolve(rebuilt.checkpoint(p)),
      readTenant: (tenantId) => Promise.resolve(rebuilt.readTenant(tenantId)),
      write: (projection) => Promise.resolve(rebuilt.write(projection)),
      announce: () => undefined,
      newEventId: (cause, { siteId, groupId }) => `${cause}/${siteId}/${groupId ?? ''}`,
    });
    await projector.catchUp();
    const tenants = new Set(casts.filter((cast) => cast.partition === partition).map(({ tenantId }) => tenantId));
    const [live, again] = [readModel.dump(partition, tenants), rebuilt.dump(partition, tenants)] as Record<string, unknown>[];
    for (const table of Object.keys(again ?? {})) {
      if (!isDeepStrictEqual(live?.[table], again?.[table])) {
        complaints.push(
          `I6: partition ${partition}: ${table} is ${JSON.stringify(live?.[table])}, rebuilt ${JSON.stringify(again?.[table])}`,
        );
      }
    }
  }
  return complaints;
}

/** What visitors may be told of a site at the end. */
export function finalPayload(witness: Witness, tenantId: string, siteId: string, groupId: string): ReturnType<typeof payloadOf> {
  return payloadOf((witness.references.get(tenantId) as ReferenceTenant).view().sites.get(siteId), groupId);
}

function intervalsOf(reference: ReferenceTenant, agentId: string): { status: string; from: number; to: number | null }[] {
  const intervals: { status: string; from: number; to: number | null }[] = [];
  reference.facts.forEach((fact, i) => {
    const status = reference.view(i + 1).agents.get(agentId);
    const open = intervals.at(-1);
    if (status === undefined || status === open?.status) return;
    if (open) open.to = fact.at;
    intervals.push({ status, from: fact.at, to: null });
  });
  return intervals;
}

function firstDifference(is: readonly string[], wanted: readonly string[]): string {
  const at = is.findIndex((text, i) => text !== wanted[i]);
  const from = at < 0 ? is.length : at;
  return `different from number ${from + 1} of ${wanted.length} on: ${is[from]}, reference ${wanted[from]}`;
}
