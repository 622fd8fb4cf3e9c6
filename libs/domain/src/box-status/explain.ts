import { type Agent, effectiveStatusOf, type Session } from '../agent-presence/agent.js';
import type { Status } from '../agent-presence/status.js';
import { type OpeningCause, openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import type { Site } from '../tenant-settings/site.js';
import { DEFAULT_SITE_MODE, heedsHours, modeOf, type SiteMode } from '../tenant-settings/site-mode.js';
import { knownClosing } from './next-change.js';
import { groupExists, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** One rule of the tree that decided. Branches that did not decide are kept, so that a reader sees what was considered. */
export type Reason =
  | { readonly rule: 'unknown-group'; readonly decides: true; readonly groupId: string }
  | { readonly rule: 'plan'; readonly decides: boolean; readonly plan: string; readonly inactive: 'groups' | 'hours' }
  | { readonly rule: 'group-disabled'; readonly decides: boolean; readonly groupId: string }
  | {
      readonly rule: 'site-mode';
      readonly decides: boolean;
      readonly mode: SiteMode;
      /** RFC 3339: end of a mode for a while, and the mode that comes back then. */
      readonly until?: string;
      readonly restores?: SiteMode;
      readonly reason?: string;
    }
  | {
      readonly rule: 'hours';
      readonly decides: boolean;
      readonly open: boolean;
      readonly because: OpeningCause;
      /** RFC 3339: the next closing time while open, the next opening while closed; null: none is known. */
      readonly nextTurn: string | null;
    }
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
  /** The existing groups the agent is in. */
  readonly groupIds: readonly string[];
  /** The live sessions: what makes the agent present. */
  readonly sessions: readonly SessionReason[];
  /** Why this agent does not hold the box open; absent if the agent does. */
  readonly blockedBy?: 'deactivated' | 'intent-offline' | 'no-live-session';
  /** How the last session ended, where none is live: RFC 3339, and the last beat before a lease ended. */
  readonly lastSession?: { readonly endedAt: string; readonly cause: string; readonly lastSeenAt?: string; readonly signedOut: boolean };
}

export interface SessionReason extends Pick<Session, 'sessionId' | 'device' | 'leaseSeconds' | 'signedOut' | 'reachableByPush'> {
  /** RFC 3339: when the agent signed in on this device. */
  readonly startedAt: string;
}

/** What keeps an open box open. */
export interface HeldOpen {
  /** The rule that would have to change for the box to close. */
  readonly by: 'agents' | 'site-mode' | 'hours';
  /** Whose status the box has; at most a hundred are named. */
  readonly agentIds: readonly string[];
  readonly omitted: number;
  /** Nobody of them is there any more: they have signed out, and only their leases are left (rule 2). */
  readonly unattended: boolean;
  /** RFC 3339: when the box is known to close; null: nothing is known to close it. */
  readonly until: string | null;
}

/**
 * The smallest change that would open an offline box (case 57). Groups and hours that the plan has not never close a box; where some are
 * stored, they are named, so that nobody looks for the reason there.
 */
export type WouldOpen = SmallestChange & { readonly plan?: string; readonly inactiveByPlan?: readonly ('groups' | 'hours')[] };

type SmallestChange =
  | { readonly change: 'enable-group'; readonly groupId: string }
  | { readonly change: 'change-mode'; readonly siteId: string }
  /** `opensAt`: when it opens by itself, RFC 3339; null: never by what is known. */
  | { readonly change: 'change-hours'; readonly siteId: string; readonly opensAt: string | null }
  | { readonly change: 'go-online' | 'sign-in' | 'sign-in-and-go-online' | 'activate-agent'; readonly agentId: string }
  | { readonly change: 'add-agent' };

export interface Explanation {
  readonly status: Status;
  readonly reasons: readonly Reason[];
  /** Of an offline box. */
  readonly wouldOpen?: WouldOpen;
  /** Of an open box. */
  readonly heldOpen?: HeldOpen;
}

const LISTED_AGENTS = 100;
const RANK: Readonly<Record<Status, number>> = { online: 0, busy: 1, offline: 2 };

/** Why a box of a site shows what it shows at present, in the order of precedence (behaviour D2, D3, D6, D7, D19, D20; case 57). */
export function explainBox(boxes: TenantBoxes, site: Site, groupId: string | null): Explanation {
  const reasons: Reason[] = [];
  const { plan } = boxes.tenant;
  let scope = groupId;
  if (scope !== null && !groupExists(boxes, scope)) {
    reasons.push({ rule: 'unknown-group', decides: true, groupId: scope });
    scope = null;
  } else if (scope !== null && !entitlementsOf(boxes.tenant).groups) {
    reasons.push({ rule: 'plan', decides: true, plan, inactive: 'groups' });
    scope = null;
  }
  const status = statusOf(boxes, site, scope);
  const gate = gateReasons(boxes, site, scope);
  const closedBy = gate.find(({ decides }) => decides);
  reasons.push(...gate);

  const counted = countedAgents(boxes, scope);
  reasons.push({
    rule: 'agents',
    decides: closedBy === undefined,
    outcome: counted[0]?.effectiveStatus ?? 'offline',
    counts: scope === null ? 'everybody' : 'group-and-groupless',
    agents: counted.slice(0, LISTED_AGENTS),
    omitted: Math.max(0, counted.length - LISTED_AGENTS),
  });
  if (status !== 'offline') return { status, reasons, heldOpen: heldOpen(boxes, site, scope, status, closedBy, counted) };
  const inactiveByPlan = reasons.flatMap((reason) => (reason.rule === 'plan' ? [reason.inactive] : []));
  const wouldOpen = opening(boxes, site, closedBy, counted);
  return { status, reasons, wouldOpen: inactiveByPlan.length === 0 ? wouldOpen : { ...wouldOpen, plan, inactiveByPlan } };
}

/** Who or what holds an open box open, and until when by what is known (behaviour 4). */
function heldOpen(
  boxes: TenantBoxes, site: Site, scope: string | null, status: Status, decidedBy: Reason | undefined, counted: readonly AgentReason[],
): HeldOpen {
  const closes = knownClosing(boxes, site, scope);
  const until = closes === null ? null : rfc3339(closes);
  if (decidedBy) return { by: decidedBy.rule === 'hours' ? 'hours' : 'site-mode', agentIds: [], omitted: 0, unattended: false, until };
  const holders = counted.filter(({ effectiveStatus }) => effectiveStatus === status);
  const unattended = holders.every(({ sessions }) => sessions.every(({ signedOut }) => signedOut));
  const agentIds = holders.slice(0, LISTED_AGENTS).map(({ agentId }) => agentId);
  return { by: 'agents', agentIds, omitted: holders.length - agentIds.length, unattended, until };
}

/** The rules before the agents, the deciding one marked: the first that leaves them no say. */
function gateReasons(boxes: TenantBoxes, site: Site, scope: string | null): Reason[] {
  const reasons: Reason[] = [];
  const { mode, timer, reason } = modeOf(site);
  const disabled = scope !== null && boxes.groups.get(scope)?.enabled === false;
  if (disabled) reasons.push({ rule: 'group-disabled', decides: true, groupId: scope });
  const forced = mode === 'force-online' || mode === 'force-offline';
  if (mode !== DEFAULT_SITE_MODE || timer) {
    const ends = timer ? { until: rfc3339(timer.until), restores: timer.restores } : {};
    // The hours in force decide, not the mode that asks for them.
    reasons.push({ rule: 'site-mode', decides: forced && !disabled, mode, ...ends, ...(reason === undefined ? {} : { reason }) });
  }
  const hours = openingFor(site.openings, scope);
  if (!hours || !entitlementsOf(boxes.tenant).hours) {
    // Hours alone decide, and there are none, or none by the plan: always open (contract, PUT mode).
    const told = mode === 'hours' && !disabled ? reasons.map((r) => (r.rule === 'site-mode' ? { ...r, decides: true } : r)) : reasons;
    return hours ? [...told, { rule: 'plan', decides: false, plan: boxes.tenant.plan, inactive: 'hours' }] : told;
  }
  const turn = hours.upcoming.find(({ open }) => open !== hours.open);
  const decides = !disabled && heedsHours(mode) && (mode === 'hours' || !hours.open);
  reasons.push({ rule: 'hours', decides, open: hours.open, because: hours.because, nextTurn: turn ? rfc3339(turn.at) : null });
  return reasons;
}

/** The smallest change that would open the box: of the rule that closes it, or of the agent who is nearest to being there. */
function opening(boxes: TenantBoxes, { siteId }: Site, closedBy: Reason | undefined, counted: readonly AgentReason[]): SmallestChange {
  switch (closedBy?.rule) {
    case 'group-disabled':
      return { change: 'enable-group', groupId: closedBy.groupId };
    case 'site-mode':
      return { change: 'change-mode', siteId };
    case 'hours':
      return { change: 'change-hours', siteId, opensAt: closedBy.nextTurn };
    default:
      return smallestChange(boxes, counted);
  }
}

const rfc3339 = (at: number): string => new Date(at).toISOString();

function countedAgents(boxes: TenantBoxes, scope: string | null): AgentReason[] {
  const counted: AgentReason[] = [];
  for (const agent of boxes.agents.values()) {
    if (agent.standing === 'removed') continue;
    const groups = agent.groupIds.filter((id) => groupExists(boxes, id));
    const through = scope === null ? 'account' : groups.length === 0 ? 'no-group' : groups.includes(scope) ? 'group' : null;
    if (through !== null) counted.push(reasonOf(agent, through, groups));
  }
  return counted.sort((a, b) => RANK[a.effectiveStatus] - RANK[b.effectiveStatus] || RANK[a.intent] - RANK[b.intent] || (a.agentId < b.agentId ? -1 : 1));
}

function reasonOf(agent: Agent, through: AgentReason['through'], groupIds: readonly string[]): AgentReason {
  const { agentId, intent } = agent;
  const sessions = agent.sessions.map(({ startedAt, ...session }) => ({ ...session, startedAt: rfc3339(startedAt) }));
  const reason = { agentId, effectiveStatus: effectiveStatusOf(agent), intent: intent.status, through, groupIds, sessions };
  if (agent.standing !== 'active') return { ...reason, blockedBy: 'deactivated', ...lastSession(agent) };
  if (agent.sessions.length === 0) return { ...reason, blockedBy: 'no-live-session', ...lastSession(agent) };
  return intent.status === 'offline' ? { ...reason, blockedBy: 'intent-offline' } : reason;
}

function lastSession({ lastEnd }: Agent): Pick<AgentReason, 'lastSession'> {
  if (!lastEnd) return {};
  const { at, cause, lastSeenAt, signedOut } = lastEnd;
  return { lastSession: { endedAt: rfc3339(at), cause, ...(lastSeenAt === undefined ? {} : { lastSeenAt: rfc3339(lastSeenAt) }), signedOut } };
}

function smallestChange(boxes: TenantBoxes, counted: readonly AgentReason[]): SmallestChange {
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
