import { z } from 'zod';
import { opaqueId, pageOf, timestamp } from './shared.js';

export const replayBody = z.strictObject({
  mode: z.enum(['verify', 'rebuild']).describe('verify: compares what is shown with the log. rebuild: also writes what differs, as the log says'),
  tenantId: opaqueId.optional().describe('only this tenant; all without it'),
});
export type ReplayBody = z.infer<typeof replayBody>;

export const tenantReplayBody = replayBody.omit({ tenantId: true });
export type TenantReplayBody = z.infer<typeof tenantReplayBody>;

const row = z.record(z.string(), z.unknown()).nullable();

const difference = z
  .object({
    table: z.string().describe('of schema `read`'),
    tenantId: z.string(),
    key: z.record(z.string(), z.unknown()),
    kind: z.enum(['differs', 'missing', 'extra']).describe('missing: the log says there is such a row. extra: nothing in the log leads to it'),
    expected: row.describe('what differs, as the log says; times in ms'),
    actual: row.describe('the same, as it was found'),
  })
  .meta({ id: 'ReadModelDifference' });

const run = {
  id: z.string(),
  mode: z.enum(['verify', 'rebuild']),
  tenantId: z.string().nullable().describe('null: all tenants'),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  processed: z.int().min(0).describe('events folded so far'),
  total: z.int().min(0).describe('events to fold, as far as it is known'),
  drift: z.int().min(0).describe('rows of the read model found to differ so far; a rebuild has written them'),
  shownDrift: z.int().min(0).describe('rows of the shown log found to differ: visitors saw something else. They are evidence and stay'),
  position: z.int().min(0).describe('of a tenant: position up to which it was compared. Of all: the sum over the partitions. 0 before the end'),
  hash: z.string().nullable().describe('SHA-256 of the log up to `position`; null before the end'),
  fault: z.string().nullable().describe('why it failed'),
  requestedAt: timestamp,
  finishedAt: timestamp.nullable(),
};

export const replayView = z
  .object({
    ...run,
    differences: z.array(difference).describe('of the read model, row by row, the first 100'),
    shownDifferences: z.array(difference).describe('of the shown log'),
  })
  .meta({ id: 'Replay' });
export type ReplayView = z.infer<typeof replayView>;

export const replayPage = pageOf('replays', z.object(run).meta({ id: 'ReplaySummary' })).meta({ id: 'ReplayPage' });

const verified = {
  drift: z.int().min(0).describe('rows of the read model that differ from the log'),
  differences: z.array(difference).describe('the first of them'),
  shownDifferences: z.array(difference).describe('rows of the shown log that differ: visitors saw something else'),
};

export const verificationView = z
  .object({
    ...verified,
    position: z.int().min(0).describe('sum over the partitions'),
    partitions: z.array(
      z.object({ partition: z.int(), position: z.int(), hash: z.string().describe('SHA-256 of its log up to there'), drift: z.int(), verifiedAt: timestamp }),
    ),
    verifiedAt: timestamp.nullable().describe('when the partition was verified that was longest ago; null: none was yet'),
  })
  .meta({ id: 'Verification' });
export type VerificationView = z.infer<typeof verificationView>;

export const tenantVerificationView = z
  .object({
    ...verified,
    position: z.int().min(0).describe('compared up to this position of the log; 0: not yet'),
    verifiedAt: timestamp.nullable().describe('null: not yet'),
  })
  .meta({ id: 'TenantVerification' });
export type TenantVerificationView = z.infer<typeof tenantVerificationView>;
