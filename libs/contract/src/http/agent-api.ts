import { z } from 'zod';
import type { StatusView } from '#domain/agent-presence/index';
import { line, rfc3339, statusName, timestamp } from './shared.js';

/** `state` of the contract: the agent's intent, its version and since when, and what the agent effectively is. */
export const agentState = z
  .object({
    status: statusName.describe('the intent'),
    effectiveStatus: statusName,
    version: z.int().nonnegative().describe('counts changes of intent only'),
    since: timestamp,
    until: timestamp.optional().describe('a status for a while: when it ends and the earlier one comes back'),
  })
  .meta({ id: 'AgentState' });
export type AgentState = z.infer<typeof agentState>;

/** `state`, from the domain's view of an agent. */
export function agentStateOf({ since, until, ...status }: StatusView): AgentState {
  return { ...status, since: rfc3339(since), ...(until === undefined ? {} : { until: rfc3339(until) }) };
}

export const deviceKind = z.enum(['desktop', 'mobile']);

export const device = z.strictObject({ kind: deviceKind, name: line(100).optional() });

/** POST /agent/v1/sessions. The limits are wider than any real value: what does not fit cannot be right, and is answered alike. */
export const signInBody = z.strictObject({
  tenant: z.string().min(1).max(100).describe("the tenant's slug"),
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(1000),
  device,
});
export type SignInBody = z.infer<typeof signInBody>;

/** What a new session is told; also the answer of the admin API's sign-in on behalf. */
export const openedSession = z
  .object({
    sessionId: z.string(),
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.int().describe('seconds until the access token ends'),
    leaseSeconds: z.number(),
    heartbeatSeconds: z.number().describe('beat at least this often'),
    state: agentState,
  })
  .meta({ id: 'OpenedSession' });
export type OpenedSession = z.infer<typeof openedSession>;

/** PUT /agent/v1/status. */
export const changeStatusBody = z.strictObject({
  status: statusName,
  until: z.iso.datetime({ offset: true }).max(40).optional().describe('for a while: RFC 3339, in the future, at most 30 days ahead'),
  expectedVersion: z.int().nonnegative().optional().describe('the version the device has seen (409 if it is another by now)'),
});
export type ChangeStatusBody = z.infer<typeof changeStatusBody>;

/** POST /agent/v1/status/preview. */
export const previewStatusBody = z.strictObject({ status: statusName });
export type PreviewStatusBody = z.infer<typeof previewStatusBody>;

export const statusPreview = z
  .object({
    changes: z.array(
      z.object({ scope: z.enum(['site', 'group']), id: z.string(), name: z.string(), from: statusName, to: statusName }),
    ),
  })
  .meta({ id: 'StatusPreview' });
export type StatusPreview = z.infer<typeof statusPreview>;

/** PUT /agent/v1/push. */
export const reachableByPushBody = z.strictObject({ reachableByPush: z.boolean() });
export type ReachableByPushBody = z.infer<typeof reachableByPushBody>;

/** GET /agent/v1/stream. */
export const streamQuery = z.object({ tell: z.literal('boxes').optional().describe('also tell when boxes may have changed: `event: boxes`') });
export type StreamQuery = z.infer<typeof streamQuery>;

/** DELETE /agent/v1/session. */
export const signOutQuery = z.strictObject({ status: z.literal('offline').optional() });
export type SignOutQuery = z.infer<typeof signOutQuery>;

/** POST /agent/v1/tokens. */
export const rotateTokensBody = z.strictObject({ refreshToken: z.string().min(1).max(1000) });
export type RotateTokensBody = z.infer<typeof rotateTokensBody>;

export const rotatedTokens = z
  .object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.int() })
  .meta({ id: 'RotatedTokens' });
export type RotatedTokens = z.infer<typeof rotatedTokens>;
