import { z } from 'zod';
import type { AgentEvent } from '#domain/agent-presence/index';
import { agentId, groupIds, instant, role, type SchemasOf, sessionId, status } from './fields.js';

const statusOnLogin = z.enum(['last', 'online', 'offline']).describe('which status a sign-in brings (behaviour D12)');

/** Data of what can happen to an agent; stream `agent-<agentId>`. Ids only: names and e-mail addresses never leave the directory. */
export const agentEvents = {
  AgentAdded: z.object({ agentId, groupIds, role }).describe('An agent was added. The first status is offline.'),
  AgentLoggedIn: z
    .object({
      agentId,
      sessionId,
      device: z.enum(['desktop', 'mobile']),
      leaseSeconds: z.int().positive().describe('how long the session lives without a heartbeat'),
    })
    .describe('An agent signed in on a device.'),
  AgentLoggedOut: z
    .object({
      agentId,
      sessionId,
      cause: z.enum(['agent', 'refresh-token-reused']).describe('who ended it: the agent, or the rule against stolen tokens'),
    })
    .describe('An agent signed out on a device. The status is kept; the session stays present until its lease runs out.'),
  SessionEnded: z
    .object({ agentId, sessionId, cause: z.enum(['agent-deactivated', 'agent-removed', 'too-many-sessions', 'ended-by-admin']) })
    .describe('A session ended at once, without its lease running out.'),
  HeartbeatExpired: z
    .object({ agentId, sessionId, lastSeenAt: instant.describe('the last sign of life of the session') })
    .describe('The lease of a session ran out; effectiveat is the deadline that applied, which may be earlier than the event.'),
  PushReachabilityChanged: z
    .object({ agentId, sessionId, reachableByPush: z.boolean() })
    .describe('A phone can, or can no longer, be woken by push messages; while it can, its session stays present for hours.'),
  StatusChanged: z
    .object({
      agentId,
      from: status,
      to: status,
      statusVersion: z.int().positive().describe('counts the changes of status of this agent, from 1'),
      cause: z.enum(['agent', 'sign-in', 'admin']).describe('who turned the switch: the agent, the sign-in rule, or an admin'),
      reason: z.string().exactOptional().describe("the admin's words"),
      until: instant.exactOptional().describe('a status for a while: when it ends'),
      restores: status.exactOptional().describe('the status that comes back then'),
    })
    .describe('What an agent wants changed: online, busy or offline. What a box shows also depends on presence; see SiteStatusChanged.'),
  StatusTimerEnded: z
    .object({ agentId, from: status, to: status, statusVersion: z.int().positive() })
    .describe('A status for a while is over, and the earlier one is back; effectiveat is the time it was set for.'),
  AgentGroupsChanged: z
    .object({ agentId, from: groupIds, to: groupIds })
    .describe('An agent belongs to other groups; no group means all of them.'),
  AgentDeactivated: z.object({ agentId }).describe('An agent was switched off: it counts as offline and cannot sign in.'),
  AgentReactivated: z.object({ agentId }).describe('An agent was switched on again and may sign in.'),
  StatusOnLoginChanged: z.object({ agentId, from: statusOnLogin, to: statusOnLogin }).describe("An agent's rule for signing in changed."),
  AgentRoleChanged: z.object({ agentId, from: role, to: role }).describe('An agent may do other things from now on, in open sessions too.'),
  AgentRemoved: z.object({ agentId }).describe('An agent was removed for good.'),
} satisfies SchemasOf<AgentEvent>;
