import type { ImportedAgent } from '#contract';
import type { AgentRow, WantedAgent } from '#directory';
import { AFFECTS_ALL_GROUPS } from '#domain/tenant-settings/index';
import type { InputFault, Principal } from '#http-kit';
import { reaches } from '../ranks.js';

/** What the directory says, of one moment. */
export interface Known {
  /** By address. */
  readonly agents: ReadonlyMap<string, AgentRow>;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** Ids of the active owners, kept up to date from line to line; null where the last one is not watched over (the platform asks). */
  readonly owners: Set<string> | null;
  /** How many more agents may be active under the plan, kept up to date from line to line; null: any number. */
  seats: number | null;
}

/** On whose behalf, and how far. */
export interface Terms {
  readonly caller: Principal;
  readonly confirm: string | undefined;
}

/** What a line comes to. */
export type Planned =
  | { readonly outcome: 'created'; readonly wanted: WantedAgent; readonly before: null }
  | { readonly outcome: 'updated'; readonly wanted: WantedAgent; readonly before: AgentRow }
  | { readonly outcome: 'unchanged'; readonly before: AgentRow }
  | { readonly outcome: 'refused'; readonly code: string; readonly errors: readonly InputFault[] };

/**
 * What becomes of one wish: the rules of POST and PATCH agents, line by line. Pure but for `known.owners` and `known.seats`, which it keeps.
 * @param newId id of the agent if there is none with this address
 */
export function planLine(wish: ImportedAgent, known: Known, terms: Terms, newId: string): Planned {
  const before = known.agents.get(wish.email) ?? null;
  const groups = wish.groups === undefined ? { ids: before?.groupIds ?? [] } : findGroups(wish.groups, known.groups);
  if ('faults' in groups) return { outcome: 'refused', code: 'invalid-body', errors: groups.faults };
  const name = wish.name ?? before?.name;
  if (name === undefined) return { outcome: 'refused', code: 'invalid-body', errors: [{ pointer: '/name', detail: 'is needed for a new agent' }] };
  const wanted: WantedAgent = {
    id: before?.id ?? newId,
    email: wish.email,
    name,
    role: wish.role ?? before?.role ?? 'agent',
    active: wish.active ?? before?.active ?? true,
    statusOnLogin: wish.statusOnLogin ?? before?.statusOnLogin ?? 'last',
    groupIds: groups.ids,
  };
  const refusal = refusalOf(wanted, before, known, terms);
  if (refusal) return refusal;
  keepOwners(wanted, known);
  if (known.seats !== null) known.seats -= seatsTaken(wanted, before);
  if (!before) return { outcome: 'created', wanted, before };
  return isSame(wanted, before) ? { outcome: 'unchanged', before } : { outcome: 'updated', wanted, before };
}

/** Ids of the groups that are named by id or by name. A name that two groups have names neither. */
function findGroups(names: readonly string[], groups: Known['groups']): { readonly ids: string[] } | { readonly faults: InputFault[] } {
  const ids = new Set<string>();
  const faults: InputFault[] = [];
  names.forEach((name, index) => {
    const byName = groups.filter((group) => group.name === name);
    const found = groups.find(({ id }) => id === name) ?? (byName.length === 1 ? byName[0] : undefined);
    if (found) ids.add(found.id);
    else faults.push({ pointer: `/groups/${index}`, detail: byName.length > 1 ? 'is the name of several groups: use an id' : 'is not a group, by id or by name' });
  });
  return faults.length > 0 ? { faults } : { ids: [...ids].sort() };
}

function refusalOf(wanted: WantedAgent, before: AgentRow | null, known: Known, { caller, confirm }: Terms): Planned | null {
  const movesRole = wanted.role !== before?.role;
  if (movesRole && !reaches(caller, wanted.role)) return refused('forbidden', '/role', 'reaches further than your own role');
  const touchesAccess = before !== null && (movesRole || wanted.active !== before.active);
  if (touchesAccess && !reaches(caller, before.role)) return refused('forbidden', '', 'this agent has a role above yours');
  if (before && known.owners?.has(before.id) && known.owners.size === 1 && !isOwner(wanted)) {
    return refused('last-owner', wanted.active ? '/role' : '/active', 'this is the last active owner of the tenant');
  }
  if (known.seats !== null && known.seats < seatsTaken(wanted, before)) {
    return refused('plan-limit', '', 'the plan includes no more active agents: deactivate others first, or change the plan');
  }
  const leavesTheLast = before !== null && before.groupIds.length > 0 && wanted.groupIds.length === 0;
  return leavesTheLast && confirm !== AFFECTS_ALL_GROUPS
    ? refused('confirmation-required', '/groups', 'in no group, the agent would drive every group: say confirm=affects-all-groups if that is meant')
    : null;
}

function refused(code: string, pointer: string, detail: string): Planned {
  return { outcome: 'refused', code, errors: [{ pointer, detail }] };
}

function isOwner({ role, active }: WantedAgent): boolean {
  return role === 'owner' && active;
}

/** -1, 0 or 1: active agents count. */
function seatsTaken({ active }: WantedAgent, before: AgentRow | null): number {
  return Number(active) - Number(before?.active ?? false);
}

function keepOwners(wanted: WantedAgent, { owners }: Known): void {
  if (isOwner(wanted)) owners?.add(wanted.id);
  else owners?.delete(wanted.id);
}

function isSame(wanted: WantedAgent, row: AgentRow): boolean {
  const { name, role, active, statusOnLogin } = wanted;
  const words = name === row.name && role === row.role && active === row.active && statusOnLogin === row.statusOnLogin;
  return words && sameGroups(wanted.groupIds, row.groupIds);
}

/** Both ascending. */
export function sameGroups(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id, index) => id === others[index]);
}
