import { type Agent, effectiveStatusOf } from '../agent-presence/agent.js';
import type { Status } from '../agent-presence/status.js';
import { planHasGroups } from '../tenant-settings/events.js';
import { groupExists, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** One rule of the tree that decided. Branches that did not decide are kept, so that a reader sees what was considered. */
export type Reason =
  | { readonly rule: 'unknown-group'; readonly decides: true; readonly groupId: string }
  | { readonly rule: 'plan'; readonly decides: true; readonly plan: string; readonly inactive: 'groups' }
  | { readonly rule: 'group-disabled'; readonly decides: boolean; readonly groupId: string }
  | {
      readonly rule: 'agents';
      readonly decides: boolean;
      readonly outcome: Status;
      /** Whom the box counts: everybody of the account, or the group's own and those in no group (behaviour D3). */
      readonly counts: 'everybody' | 'group-and-groupless';
      readonly agents: readonly AgentReason[];
      /** Agents beyond the hundred that are listed. */
      readonly omitted: number;
    };

export interface AgentReason {
  readonly agentId: string;
  readonly effectiveStatus: Status;
  readonly intent: Status;
  readonly through: 'account' | 'group' | 'no-group';
  /** Why this agent does not hold the box open; absent if the agent does. */
  readonly blockedBy?: 'deactivated' | 'intent-offline' | 'no-live-session';
}

/** The smallest change that would open an offline box (case 57). */
export type WouldOpen =
  | { readonly change: 'enable-group'; readonly groupId: string }
  | { readonly change: 'go-online' | 'sign-in' | 'sign-in-and-go-online' | 'activate-agent'; readonly agentId: string }
  | { readonly change: 'add-agent' };

export interface Explanation {
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly wouldOpen?: WouldOpen;
}

const LISTED_AGENTS = 100;
const RANK: Readonly<Record<Status, number>> = { online: 0, busy: 1, offline: 2 };

/** Why a box shows what it shows at present, in the order of precedence (behaviour D2, D3, D6, D19, D20; case 57). */
export function explainBox(boxes: TenantBoxes, groupId: string | null): Explanation {
  const reasons: Reason[] = [];
  let scope = groupId;
  if (scope !== null && !groupExists(boxes, scope)) {
    reasons.push({ rule: 'unknown-group', decides: true, groupId: scope });
    scope = null;
  } else if (scope !== null && !planHasGroups(boxes.tenant.plan)) {
    reasons.push({ rule: 'plan', decides: true, plan: boxes.tenant.plan, inactive: 'groups' });
    scope = null;
  }
  const status = statusOf(boxes, scope);
  const disabled = scope !== null && boxes.groups.get(scope)?.enabled === false;
  if (disabled && scope !== null) reasons.push({ rule: 'group-disabled', decides: true, groupId: scope });

  const counted = countedAgents(boxes, scope);
  reasons.push({
    rule: 'agents',
    decides: !disabled,
    outcome: counted[0]?.effectiveStatus ?? 'offline',
    counts: scope === null ? 'everybody' : 'group-and-groupless',
    agents: counted.slice(0, LISTED_AGENTS),
    omitted: Math.max(0, counted.length - LISTED_AGENTS),
  });
  if (status !== 'offline') return { status, reasons };
  return { status, reasons, wouldOpen: disabled && scope !== null ? { change: 'enable-group', groupId: scope } : smallestChange(boxes, counted) };
}

function countedAgents(boxes: TenantBoxes, scope: string | null): AgentReason[] {
  const counted: AgentReason[] = [];
  for (const agent of boxes.agents.values()) {
    if (agent.standing === 'removed') continue;
    const groups = agent.groupIds.filter((id) => groupExists(boxes, id));
    const through = scope === null ? 'account' : groups.length === 0 ? 'no-group' : groups.includes(scope) ? 'group' : null;
    if (through !== null) counted.push(reasonOf(agent, through));
  }
  return counted.sort((a, b) => RANK[a.effectiveStatus] - RANK[b.effectiveStatus] || RANK[a.intent] - RANK[b.intent] || (a.agentId < b.agentId ? -1 : 1));
}

function reasonOf(agent: Agent, through: AgentReason['through']): AgentReason {
  const { agentId, intent } = agent;
  const reason = { agentId, effectiveStatus: effectiveStatusOf(agent), intent: intent.status, through };
  if (agent.standing !== 'active') return { ...reason, blockedBy: 'deactivated' };
  if (agent.sessions.length === 0) return { ...reason, blockedBy: 'no-live-session' };
  return intent.status === 'offline' ? { ...reason, blockedBy: 'intent-offline' } : reason;
}

function smallestChange(boxes: TenantBoxes, counted: readonly AgentReason[]): WouldOpen {
  const blocked = (by: AgentReason['blockedBy']): AgentReason | undefined => counted.find((a) => a.blockedBy === by);
  const present = blocked('intent-offline');
  if (present) return { change: 'go-online', agentId: present.agentId };
  const comesBack = counted.find((a) => a.blockedBy === 'no-live-session' && intentAfterSignIn(boxes, a) !== 'offline');
  if (comesBack) return { change: 'sign-in', agentId: comesBack.agentId };
  const absent = blocked('no-live-session');
  if (absent) return { change: 'sign-in-and-go-online', agentId: absent.agentId };
  const inactive = blocked('deactivated');
  return inactive ? { change: 'activate-agent', agentId: inactive.agentId } : { change: 'add-agent' };
}

/** behaviour D12: the last intent, or the one the agent chose for sign-ins. */
function intentAfterSignIn(boxes: TenantBoxes, { agentId, intent }: AgentReason): Status {
  const choice = boxes.agents.get(agentId)?.statusOnLogin ?? 'last';
  return choice === 'last' ? intent : choice;
}
