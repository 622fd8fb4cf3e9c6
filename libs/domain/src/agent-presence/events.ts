import type { Status } from './status.js';

/**
 * What can happen to an agent. The names and fields are a storage format: never rename one, add an upcaster instead.
 * Ids only: names and e-mails live in the directory and can be erased.
 */
export type AgentEvent =
  | { readonly type: 'AgentAdded'; readonly data: { agentId: string; groupIds: string[]; role: Role } }
  | { readonly type: 'AgentLoggedIn'; readonly data: { agentId: string; sessionId: string; device: DeviceKind; leaseSeconds: number } }
  | { readonly type: 'AgentLoggedOut'; readonly data: { agentId: string; sessionId: string; cause: SignOutCause } }
  | { readonly type: 'SessionEnded'; readonly data: { agentId: string; sessionId: string; cause: SessionEndCause } }
  | { readonly type: 'HeartbeatExpired'; readonly data: { agentId: string; sessionId: string; lastSeenAt: string } }
  | { readonly type: 'PushReachabilityChanged'; readonly data: { agentId: string; sessionId: string; reachableByPush: boolean } }
  | { readonly type: 'StatusChanged'; readonly data: StatusChangedData }
  | { readonly type: 'StatusTimerEnded'; readonly data: { agentId: string; from: Status; to: Status; statusVersion: number } }
  | { readonly type: 'AgentGroupsChanged'; readonly data: { agentId: string; from: string[]; to: string[] } }
  | { readonly type: 'AgentDeactivated'; readonly data: { agentId: string } }
  | { readonly type: 'AgentReactivated'; readonly data: { agentId: string } }
  | { readonly type: 'StatusOnLoginChanged'; readonly data: { agentId: string; from: StatusOnLogin; to: StatusOnLogin } }
  | { readonly type: 'AgentRoleChanged'; readonly data: { agentId: string; from: Role; to: Role } }
  | { readonly type: 'AgentRemoved'; readonly data: { agentId: string } };

export interface StatusChangedData {
  agentId: string;
  from: Status;
  to: Status;
  /** Counts the changes of intent of this agent only (behaviour D13): 1 after the first. */
  statusVersion: number;
  /** Who turned the switch: the agent, the agent's own sign-in rule (D12), or an admin (case 19). */
  cause: 'agent' | 'sign-in' | 'admin';
  /** The admin's words, required with cause `admin`. */
  reason?: string;
  /** A status for a while (behaviour D15): RFC 3339, when it ends, and the intent it then gives back. */
  until?: string;
  restores?: Status;
}

export type DeviceKind = 'desktop' | 'mobile';
export type Role = 'owner' | 'manager' | 'auditor' | 'agent';
/** behaviour D12: which intent a sign-in brings. */
export type StatusOnLogin = 'last' | 'online' | 'offline';
export type SignOutCause = 'agent' | 'refresh-token-reused';
export type SessionEndCause = 'agent-deactivated' | 'agent-removed' | 'too-many-sessions' | 'ended-by-admin';

