import { z } from 'zod';
import { deviceKind } from './agent-api.js';
import { roleName, statusName, timestamp } from './shared.js';

/** GET /agent/v1/me: who is signed in here, and on which other devices. */
export const ownProfile = z
  .object({
    agent: z.object({ id: z.string(), name: z.string(), email: z.string(), role: roleName }),
    tenant: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    groups: z.array(z.object({ id: z.string(), name: z.string() })).describe('empty: the agent counts for every group (behaviour D3)'),
    devices: z.array(
      z.object({
        sessionId: z.string(),
        kind: deviceKind,
        name: z.string().optional(),
        own: z.boolean().describe('the device that asks'),
        lastSeenAt: timestamp.describe('at most 1 s old'),
        expiresAt: timestamp.describe('when it ends if it stays silent'),
        signedOut: z.boolean(),
        reachableByPush: z.boolean(),
      }),
    ),
    forcedOffline: z
      .object({
        at: timestamp,
        by: z.object({ kind: z.enum(['person', 'program', 'platform']), name: z.string().optional().describe('of a person who is in the team') }),
        reason: z.string(),
      })
      .optional()
      .describe('somebody else set the agent offline (case 19); gone with the next change of the status'),
    knownAt: timestamp.describe("the server's time of this answer"),
  })
  .meta({ id: 'OwnProfile' });
export type OwnProfile = z.infer<typeof ownProfile>;

/** The rule that decided what a box shows, without naming any colleague. */
const boxReason = z.object({
  rule: z.enum(['group-disabled', 'site-mode', 'hours', 'agents']),
  mode: z.string().optional().describe('site-mode: which one'),
  until: timestamp.optional().describe('site-mode: when the earlier one returns'),
  text: z.string().optional().describe('what the person wrote who forced the box'),
  open: z.boolean().optional().describe('hours: whether they are open'),
  because: z.enum(['closed-permanently', 'exception', 'holiday', 'weekly']).optional().describe('hours: the layer that decides'),
  label: z.string().optional().describe('hours: name of the day, e.g. of the holiday'),
  nextTurn: timestamp.nullable().optional().describe('hours: the next opening while closed, the next closing time while open'),
});

/** GET /agent/v1/boxes: what visitors see now. */
export const ownBoxes = z
  .object({
    boxes: z
      .array(
        z.object({
          site: z.object({ id: z.string(), key: z.string(), name: z.string(), timeZone: z.string() }),
          group: z.object({ id: z.string(), name: z.string() }).nullable().describe('null: the site itself'),
          mine: z.boolean().describe('whether the own status counts here (behaviour D3)'),
          status: statusName,
          since: timestamp,
          next: z.object({ at: timestamp, status: statusName }).nullable().describe('the known future from schedule and timers'),
          why: boxReason,
          counted: z
            .object({ you: statusName.nullable(), othersOnline: z.int(), othersBusy: z.int() })
            .describe('who counts for this box: the own effective status, null if it does not count; how many others'),
        }),
      )
      .describe('each site, then its groups'),
    knownAt: timestamp.describe("the server's time of this answer"),
  })
  .meta({ id: 'OwnBoxes' });
export type OwnBoxes = z.infer<typeof ownBoxes>;
export type OwnBox = OwnBoxes['boxes'][number];
