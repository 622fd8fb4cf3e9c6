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
  const { groupIds } = agent;
  return { status: effectiveStatusOf(agent), groupIds: groupIds.every(groupExists) ? groupIds : groupIds.filter(groupExists) };
}

export function emptyTallies(): Tallies {
  return { all: NOBODY, groupless: NOBODY, byGroup: new Map() };
}

export function copyTallies(tallies: Tallies): Tallies {
  return { ...tallies, byGroup: new Map(tallies.byGroup) };
}

/**
 * Adds (`by` 1) or takes away (`by` -1) one agent. Gives whether a box could see it: somebody is the first, or was the last, who is online, or
 * busy, somewhere. How many more there are decides nothing (behaviour D3).
 */
export function count(tallies: Tallies, { status, groupIds }: Contribution, by: 1 | -1): boolean {
  if (status === 'offline') return false;
  tallies.all = plus(tallies.all, status, by);
  let seen = turns(tallies.all, status, by);
  if (groupIds.length === 0) {
    tallies.groupless = plus(tallies.groupless, status, by);
    return turns(tallies.groupless, status, by) || seen;
  }
  for (const id of groupIds) {
    const tally = plus(tallies.byGroup.get(id) ?? NOBODY, status, by);
    tallies.byGroup.set(id, tally);
    seen = turns(tally, status, by) || seen;
  }
  return seen;
}

/** The agents that count for a group: its own and those in no group (behaviour D3, rule 7). */
export function audienceOfGroup(tallies: Tallies, groupId: string): Tally {
  const own = tallies.byGroup.get(groupId) ?? NOBODY;
  return { online: own.online + tallies.groupless.online, busy: own.busy + tallies.groupless.busy };
}

// Spelled out: a computed name in a literal takes ten times as long, and this is the inner loop of every fold.
function plus({ online, busy }: Tally, status: 'online' | 'busy', by: 1 | -1): Tally {
  return status === 'online' ? { online: online + by, busy } : { online, busy: busy + by };
}

/** After the change: did the number come from, or go to, nought? */
function turns(tally: Tally, status: 'online' | 'busy', by: 1 | -1): boolean {
  return (status === 'online' ? tally.online : tally.busy) === (by === 1 ? 1 : 0);
}
