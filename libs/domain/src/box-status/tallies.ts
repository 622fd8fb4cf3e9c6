import { type Agent, effectiveStatusOf } from '../agent-presence/agent.js';
import type { Status } from '../agent-presence/status.js';
import type { Tally } from './box-status.js';

/**
 * The agents of a tenant, counted the three ways that boxes ask for (behaviour D3). Counting instead of listing keeps a status change
 * of one agent as cheap in an account of 5,000 agents as in one of five.
 */
export interface Tallies {
  all: Tally;
  /** Agents in no existing group: they count for every group (rule 7). */
  groupless: Tally;
  readonly byGroup: Map<string, Tally>;
}

/** How one agent counts: with which status, in which existing groups. */
export interface Contribution {
  readonly status: Status;
  readonly groupIds: readonly string[];
}

export const NOBODY: Tally = { online: 0, busy: 0 };

/** How an agent counts now. A group that was removed, or never was, does not make an agent a member. */
export function contributionOf(agent: Agent, groupExists: (groupId: string) => boolean): Contribution {
  return { status: effectiveStatusOf(agent), groupIds: agent.groupIds.filter(groupExists) };
}

export function emptyTallies(): Tallies {
  return { all: NOBODY, groupless: NOBODY, byGroup: new Map() };
}

export function copyTallies(tallies: Tallies): Tallies {
  return { ...tallies, byGroup: new Map(tallies.byGroup) };
}

/** Adds (`by` 1) or takes away (`by` -1) one agent. */
export function count(tallies: Tallies, { status, groupIds }: Contribution, by: 1 | -1): void {
  if (status === 'offline') return;
  tallies.all = plus(tallies.all, status, by);
  if (groupIds.length === 0) tallies.groupless = plus(tallies.groupless, status, by);
  for (const id of groupIds) tallies.byGroup.set(id, plus(tallies.byGroup.get(id) ?? NOBODY, status, by));
}

/** The agents that count for a group: its own and those in no group (behaviour D3, rule 7). */
export function audienceOfGroup(tallies: Tallies, groupId: string): Tally {
  const own = tallies.byGroup.get(groupId) ?? NOBODY;
  return { online: own.online + tallies.groupless.online, busy: own.busy + tallies.groupless.busy };
}

function plus(tally: Tally, status: 'online' | 'busy', by: 1 | -1): Tally {
  return { ...tally, [status]: tally[status] + by };
}
