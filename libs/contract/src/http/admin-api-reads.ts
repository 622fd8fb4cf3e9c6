import { z } from 'zod';
import { messageTypes } from '../events/catalogue.js';
import { cursorParam, limitParam, type listQuery, opaqueId, roleName, statusName, timestamp } from './shared.js';

export type ListQuery = z.infer<typeof listQuery>;

// Events

/** Types of events in the log; what boxes show is told on the bus and in the history. */
const LOGGED = messageTypes.filter(({ kind }) => kind === 'event').map(({ type }) => type);

export const eventsQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'must be a nextCursor of an earlier answer')
    .optional()
    .describe('the nextCursor of an earlier answer'),
  limit: limitParam,
  type: z
    .string()
    .refine((type) => LOGGED.includes(type), `is no event of the log; those are ${LOGGED.join(', ')}`)
    .optional()
    .describe('only events of this type'),
  agentId: opaqueId.optional(),
});
export type EventsQuery = z.infer<typeof eventsQuery>;

const actorView = z.object({ kind: z.string(), id: z.string() });

export const eventPage = z
  .object({
    events: z.array(
      z.object({
        id: z.string(),
        type: z.string(),
        position: z.int(),
        streamId: z.string(),
        version: z.int(),
        actor: actorView,
        effectiveAt: timestamp,
        recordedAt: timestamp,
        data: z.record(z.string(), z.unknown()),
      }),
    ),
    nextCursor: z
      .string()
      .nullable()
      .describe('pass as `after`. Null only if this page is empty: then ask again later with the cursor you have, and nothing is missed'),
  })
  .meta({ id: 'EventPage' });
export type EventPage = z.infer<typeof eventPage>;

// Audit

export const auditQuery = z.strictObject({
  limit: limitParam,
  cursor: cursorParam,
  actorId: opaqueId.optional().describe('only what this person or key did'),
  targetId: opaqueId.optional().describe('only what was done to this agent, group, site, key or tenant'),
});
export type AuditQuery = z.infer<typeof auditQuery>;

const facts = z.record(z.string(), z.unknown());

export const auditPage = z
  .object({
    entries: z.array(
      z.object({
        id: z.string().describe('also the correlation id of the events that the action led to'),
        at: timestamp,
        actor: z.object({ kind: z.string(), id: z.string(), role: roleName.optional(), sessionId: z.string().optional() }),
        ip: z.string().nullable(),
        action: z.string().describe('method and path pattern of the request'),
        target: z.object({ kind: z.string(), id: z.string() }),
        before: facts.describe('what differs, as it was; secrets never'),
        after: facts.describe('what differs, as it is since; secrets never'),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof auditPage>;

// History

export const instant = z.iso
  .datetime({ offset: true })
  .transform((given) => Date.parse(given))
  .refine((ms) => Number.isFinite(ms), 'must be a time such as 2026-12-24T08:00:00.000Z')
  .describe('RFC 3339');

const as = z
  .enum(['actual', 'shown'])
  .optional()
  .describe('`actual`: what was so, by all that is known now (without it). `shown`: what visitors saw, from the record of it');

export const historyQuery = z
  .strictObject({
    siteId: opaqueId.optional(),
    groupId: opaqueId.optional(),
    agentId: opaqueId.optional(),
    from: instant.optional(),
    to: instant.optional(),
    as,
    limit: limitParam,
    cursor: cursorParam,
  })
  .superRefine(({ siteId, agentId, groupId, from, to }, context) => {
    const fault = (field: string, message: string): void => context.addIssue({ code: 'custom', path: [field], message });
    const ofBox = siteId !== undefined || groupId !== undefined;
    if (agentId !== undefined && ofBox) fault('agentId', 'must stand alone: an agent has one history');
    if (agentId === undefined && !ofBox) fault('siteId', 'siteId, groupId or agentId is required');
    if (from !== undefined && to !== undefined && from >= to) fault('to', 'must be later than from');
  });
export type HistoryQuery = z.infer<typeof historyQuery>;

export const historyPage = z
  .object({
    intervals: z.array(
      z.object({
        status: statusName,
        from: timestamp,
        to: timestamp.nullable().describe('null: it still lasts'),
        cause: z.object({ eventId: z.string(), type: z.string(), actor: actorView, reason: z.string().optional() }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'HistoryPage' });
export type HistoryPage = z.infer<typeof historyPage>;

// Status

const next = z.object({ at: timestamp, status: statusName }).nullable().describe('the known future from schedule and timers');

const asOf =
  'RFC 3339. In the past: as it was then, by the whole history. In the future, at most five years ahead: ' +
  'the schedule, timers and modes then, the agents as they are now';

export const siteStatusQuery = z.strictObject({
  group: opaqueId.optional().describe('id of a group; an unknown one answers as the site'),
  at: instant.optional().describe(asOf),
  as,
});
export type SiteStatusQuery = z.infer<typeof siteStatusQuery>;

const reason = z.looseObject({ rule: z.string(), decides: z.boolean() }).describe('one rule of the tree, in the order of precedence');

export const siteStatus = z
  .object({
    status: statusName,
    since: timestamp,
    version: z.int(),
    next,
    reasons: z.array(reason),
    knownAt: timestamp.describe('everything known then is in the answer'),
    settled: z.boolean().describe('false: a fact that is still on its way may change the answer'),
    wouldOpen: z.looseObject({ change: z.string() }).optional().describe('the smallest change that would open an offline box'),
    heldOpen: z
      .object({
        by: z.enum(['agents', 'site-mode', 'hours']),
        agentIds: z.array(z.string()).describe('whose status the box has, at most 100'),
        omitted: z.int(),
        unattended: z.boolean().describe('all of them have signed out: only their leases are left'),
        until: timestamp.nullable().describe('when the box is known to close'),
      })
      .optional()
      .describe('what keeps an open box open'),
    sentence: z.object({ de: z.string(), en: z.string() }).describe('the same in words, by the names of today and the clock of the site'),
  })
  .meta({ id: 'SiteStatus' });
export type SiteStatus = z.infer<typeof siteStatus>;

export const tenantStatusQuery = z.strictObject({ at: instant.optional().describe(asOf), as });
export type TenantStatusQuery = z.infer<typeof tenantStatusQuery>;

const shown = { id: z.string(), name: z.string(), status: statusName, since: timestamp, version: z.int() };
const uncoveredSince = timestamp.optional().describe('since then nobody is there although the box is meant to be open; absent: somebody is, or it was not told yet');

export const tenantStatus = z
  .object({
    sites: z.array(z.object({ ...shown, uncoveredSince })),
    groups: z.array(z.object({ ...shown, siteId: z.string(), enabled: z.boolean(), uncoveredSince })).describe('one for each group on each site'),
    agents: z.array(z.object({ ...shown, effectiveStatus: statusName, active: z.boolean(), groupIds: z.array(z.string()) })),
    knownAt: timestamp,
    settled: z.boolean(),
  })
  .meta({ id: 'TenantStatus' });
export type TenantStatus = z.infer<typeof tenantStatus>;
