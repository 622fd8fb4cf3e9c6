import { isDeepStrictEqual } from 'node:util';
import { ReplayedPartition } from '#apps/projector/src/replay/replayed-partition';
import { REPLAYED_TABLES } from '#read-model';
import type { MemoryReadModel } from './memory-read-model.js';
import type { Cast } from './wish.js';
import type { Witness } from './witness.js';

type BoxRow = ReturnType<MemoryReadModel['boxRows']>[number];
type ShownRow = NonNullable<ReturnType<MemoryReadModel['shown']['get']>>[number];

interface Dump {
  readonly tenants: readonly (readonly [string, object])[];
  readonly agents: readonly { readonly agent: { readonly agentId: string }; readonly effectiveStatus: string }[];
  readonly groups: readonly { readonly group: { readonly groupId: string }; readonly addedAt: number }[];
  readonly sites: readonly { readonly site: { readonly siteId: string }; readonly version: number; readonly addedAt: number }[];
  readonly boxes: readonly BoxRow[];
  readonly shown: readonly ShownRow[];
}

/** I6: the rows that live projectors left behind, whatever befell them, are those that a replay says there are (architecture 8). */
export function checkReplay(readModel: MemoryReadModel, witness: Witness, casts: readonly Cast[]): string[] {
  const complaints: string[] = [];
  for (const [partition, events] of witness.logs) {
    const shown: string[] = [];
    const columns = ['cause_event_id', 'site_id', 'group_id', 'status', 'version'];
    const replayed = new ReplayedPartition(partition, ({ row }) => shown.push(columns.map((column) => row[column]).join(' ')));
    replayed.fold(events, null);
    for (const { tenantId } of casts.filter((cast) => cast.partition === partition)) {
      const live = liveRows(readModel.dump(partition, new Set([tenantId])) as Dump);
      for (const { name } of REPLAYED_TABLES) {
        const wanted = new Map([...replayed.keysOf(name, tenantId)].map((key) => [key.join(' '), plain(picked(replayed.rowOf(name, tenantId, key)))]));
        if (!isDeepStrictEqual(live[name], wanted)) complaints.push(`I6: partition ${partition}: ${name} is ${told(live[name])}, replayed ${told(wanted)}`);
      }
    }
    const { shown: saw } = readModel.dump(partition, new Set()) as Dump;
    const seen = saw.map(({ cause, siteId, groupId, status, version }) => [cause.eventId, siteId, groupId ?? '', status, version].join(' '));
    if (!isDeepStrictEqual(seen.sort(), shown.sort())) complaints.push(`I6: partition ${partition}: what was shown is not what a replay says`);
  }
  return complaints;
}

/** The columns that the memory of the simulation keeps. */
function picked(row: Readonly<Record<string, unknown>> | null): unknown {
  const { partition: _partition, key: _key, ...rest } = row ?? {};
  return rest;
}

function liveRows({ tenants, agents, groups, sites, boxes }: Dump): Record<string, Map<string, unknown>> {
  const removed = (state: object): boolean => (state as { standing?: string }).standing === 'removed';
  return {
    tenant: new Map(tenants.map(([, state]) => ['', plain({ state })])),
    agent: new Map(
      agents.map(({ agent, effectiveStatus }) => [agent.agentId, plain({ effective_status: effectiveStatus, state: agent, removed: removed(agent) })]),
    ),
    tenant_group: new Map(groups.map(({ group, addedAt }) => [group.groupId, plain({ state: group, added_at: addedAt, removed: removed(group) })])),
    site: new Map(sites.map(({ site, version, addedAt }) => [site.siteId, plain({ version, state: site, added_at: addedAt, removed: removed(site) })])),
    box: new Map(
      boxes.map(({ siteId, groupId, status, since, version, next, removed: buried }) => {
        const { at = null, status: then = null } = (next ?? {}) as { at?: number; status?: string };
        return [`${siteId} ${groupId ?? ''}`, plain({ status, since, version, next_at: at, next_status: then, removed: buried })];
      }),
    ),
  };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function told(rows: Map<string, unknown> | undefined): string {
  return JSON.stringify([...(rows ?? [])]).slice(0, 500);
}
