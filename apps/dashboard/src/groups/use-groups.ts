import { useMemo, useState } from 'preact/hooks';
import type { AgentView, GroupView, TenantStatus, TenantView } from '#contract';
import type { Shown } from '../design/status.js';
import { inOrder } from '../i18n/format.js';
import { adminList, adminRead } from '../session/admin.js';
import { type Polled, usePolled } from '../session/use-polled.js';

/** Statuses are live, names and members change seldom. ms */
const STATUS_EVERY_MS = 4_000;
const LISTS_EVERY_MS = 15_000;

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly groupIds: readonly string[];
  readonly status: Shown;
}

export interface Group extends GroupView {
  readonly members: readonly Member[];
  /** What its box shows, on each site. */
  readonly boxes: readonly { readonly siteName: string; readonly status: Shown }[];
}

export interface Groups {
  /** By name. */
  readonly groups: readonly Group[];
  /** Everybody who is active, by name. */
  readonly people: readonly Member[];
  /** Who is in no group, and so counts for all of them (behaviour D3). */
  readonly inNone: readonly Member[];
  /** False: the plan has no groups, they are kept and count for nothing (behaviour D20). */
  readonly inPlan: boolean;
}

interface HeldGroups extends Polled<Groups> {
  /** Shows somebody in these groups until the server has answered. */
  presume(agentId: string, groupIds: readonly string[] | null): void;
}

export function useGroups(): HeldGroups {
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), LISTS_EVERY_MS);
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), LISTS_EVERY_MS);
  const tenant = usePolled(() => adminRead<TenantView>(''), 60_000);
  const status = usePolled((etag) => adminRead<TenantStatus>('/status', etag), STATUS_EVERY_MS);
  const [presumed, setPresumed] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  const inPlan = tenant.value?.entitlements.groups ?? true;
  const there = status.value !== null || status.fault !== null; // else everything would be drawn twice
  const value = useMemo(
    () => (groups.value === null || agents.value === null || !there ? null : joined(groups.value, agents.value, status.value, presumed, inPlan)),
    [groups.value, agents.value, status.value, there, presumed, inPlan],
  );
  return {
    value,
    fault: groups.fault ?? agents.fault ?? status.fault,
    refusal: groups.refusal ?? agents.refusal ?? status.refusal,
    again: async () => void (await Promise.all([groups.again(), agents.again(), status.again()])),
    presume(agentId, groupIds) {
      setPresumed((before) => {
        const next = new Map(before);
        if (groupIds === null) next.delete(agentId);
        else next.set(agentId, groupIds);
        return next;
      });
    },
  };
}

function joined(
  groups: readonly GroupView[],
  agents: readonly AgentView[],
  status: TenantStatus | null,
  presumed: ReadonlyMap<string, readonly string[]>,
  inPlan: boolean,
): Groups {
  const statusOf = new Map(status?.agents.map((one) => [one.id, one.effectiveStatus]));
  const siteNames = new Map(status?.sites.map(({ id, name }) => [id, name]));
  const people = agents
    .filter(({ active }) => active)
    .map(({ id, name, groupIds }): Member => ({ id, name, groupIds: presumed.get(id) ?? groupIds, status: statusOf.get(id) ?? 'unknown' }))
    .sort(byName);
  return {
    groups: groups
      .map((group) => ({
        ...group,
        members: people.filter(({ groupIds }) => groupIds.includes(group.id)),
        boxes: (status?.groups ?? []).filter(({ id }) => id === group.id).map((box) => ({ siteName: siteNames.get(box.siteId) ?? '', status: box.status })),
      }))
      .sort(byName),
    people,
    inNone: people.filter(({ groupIds }) => groupIds.length === 0),
    inPlan,
  };
}

function byName(one: { readonly name: string; readonly id: string }, other: { readonly name: string; readonly id: string }): number {
  return inOrder()(one.name, other.name) || (one.id < other.id ? -1 : 1);
}
