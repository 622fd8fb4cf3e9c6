import { z } from 'zod';
import { agentView } from './admin-api.js';
import { statusName, timestamp } from './shared.js';

const openSession = z.object({
  id: z.string(),
  device: z.object({ kind: z.enum(['desktop', 'mobile']), name: z.string().optional() }),
  lastSeenAt: timestamp,
  expiresAt: timestamp.describe('without another beat'),
  signedOut: z.boolean().describe('present until the lease runs out'),
  reachableByPush: z.boolean(),
});

export const agentWithPresence = z
  .object({
    ...agentView.shape,
    status: statusName.describe('the intent'),
    effectiveStatus: statusName,
    version: z.int().describe('counts changes of intent only'),
    since: timestamp,
    until: timestamp.optional().describe('a status for a while: when it ends and the earlier one comes back'),
    sessions: z.array(openSession),
  })
  .meta({ id: 'AgentWithPresence' });
export type AgentWithPresence = z.infer<typeof agentWithPresence>;

export const tenantPresence = z
  .object({
    agents: z.array(
      z.object({
        id: z.string(),
        status: statusName.describe('the intent'),
        effectiveStatus: statusName,
        effectiveSince: timestamp.describe('since when the effective status is so'),
        until: timestamp.optional().describe('a status for a while: when it ends and the earlier one comes back'),
        sessions: z.array(openSession),
      }),
    ),
    knownAt: timestamp.describe('everything known then is in the answer'),
  })
  .meta({ id: 'TenantPresence' });
export type TenantPresence = z.infer<typeof tenantPresence>;
