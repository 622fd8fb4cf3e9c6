import { z } from 'zod';
import { rfc3339 } from '../http/shared.js';
import type { SiteStatusChangedData } from './box-status.js';
import { id, instant } from './fields.js';

/** Media type of a message: one CloudEvent in structured mode. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json';

/**
 * The attributes of every message (CloudEvents 1.0; what the standard does not know are extensions, in lower case as it demands).
 * `type` is the bare name, for ever; the version of its data stands in `dataschema`. Consumers ignore attributes and fields that they
 * do not know.
 */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: id('this fact: the same in every repetition, so consumers dedupe by it'),
  source: z.string().regex(/^\/ampel\/tenants\/[^/]+$/).describe('the tenant: /ampel/tenants/<tenantId>'),
  type: z.string().describe('the bare name of what happened'),
  dataschema: z.string().regex(/^urn:ampel:schema:[A-Za-z]+:[0-9]+$/).describe('urn:ampel:schema:<type>:<version of the data>'),
  subject: z.string().describe('the stream it happened in, e.g. site-<siteId>'),
  time: instant.describe('when it was recorded'),
  datacontenttype: z.literal('application/json'),
  tenantid: id('the tenant'),
  partition: z.int().min(0).max(63).describe('order holds within a partition'),
  position: z.int().positive().describe('dense per partition; of the event log, or of the shown log for SiteStatusChanged'),
  streamversion: z.int().positive().exactOptional().describe('counts the events of the stream'),
  effectiveat: instant.describe('when it became true; never after `time`'),
  correlationid: z.string().exactOptional().describe('what belongs to one request carries one'),
  causationid: z.string().exactOptional().describe('the event that led to it'),
  traceparent: z
    .string()
    .regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .exactOptional()
    .describe('where it was traced (CloudEvents extension "distributed tracing"): the span that recorded it; a repetition may come without'),
  actorkind: z.string().describe('platform, api-key, agent or system'),
  actorid: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** A fact of the log, as far as the bus tells it. Times are milliseconds since 1970, UTC. */
export interface LoggedFact {
  readonly partition: number;
  readonly position: number;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly eventId: string;
  readonly causationId: string | null;
  readonly correlationId: string;
  readonly traceParent?: string | undefined;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly effectiveAt: number;
  readonly recordedAt: number;
  readonly data: object;
}

/** A row of the shown log, as far as the bus tells it. Times are milliseconds since 1970, UTC. */
export interface ShownChange {
  readonly partition: number;
  readonly seq: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly siteId: string;
  readonly groupId: string | null;
  readonly status: SiteStatusChangedData['status'];
  readonly before: SiteStatusChangedData['status'] | null;
  readonly since: number;
  readonly version: number;
  readonly removed: boolean;
  readonly shownFrom: number;
  readonly traceParent?: string | undefined;
  readonly cause: { readonly eventId: string; readonly type: string; readonly actor: { readonly kind: string; readonly id: string } };
}

/** `dataschema` of a type at a version. */
export function dataSchema(type: string, version: number): string {
  return `urn:ampel:schema:${type}:${version}`;
}

/** The message that tells a fact of the log. Any type will do, also one that this version does not know. */
export function cloudEventOf(fact: LoggedFact): CloudEvent {
  return {
    specversion: '1.0',
    id: fact.eventId,
    source: `/ampel/tenants/${fact.tenantId}`,
    type: fact.type,
    dataschema: dataSchema(fact.type, fact.schemaVersion),
    subject: fact.streamId,
    time: rfc3339(fact.recordedAt),
    datacontenttype: 'application/json',
    tenantid: fact.tenantId,
    partition: fact.partition,
    position: fact.position,
    streamversion: fact.version,
    effectiveat: rfc3339(fact.effectiveAt),
    correlationid: fact.correlationId,
    ...(fact.causationId === null ? {} : { causationid: fact.causationId }),
    ...(fact.traceParent === undefined ? {} : { traceparent: fact.traceParent }),
    actorkind: fact.actor.kind,
    actorid: fact.actor.id,
    data: fact.data as Record<string, unknown>,
  };
}

/** The message that tells a change of what a box shows: SiteStatusChanged. */
export function siteStatusChangedOf(change: ShownChange): CloudEvent {
  const data: SiteStatusChangedData = {
    siteId: change.siteId,
    groupId: change.groupId,
    status: change.status,
    previousStatus: change.before,
    since: rfc3339(change.since),
    version: change.version,
    removed: change.removed,
    cause: { eventId: change.cause.eventId, type: change.cause.type },
  };
  return {
    specversion: '1.0',
    id: change.eventId,
    source: `/ampel/tenants/${change.tenantId}`,
    type: 'SiteStatusChanged',
    dataschema: dataSchema('SiteStatusChanged', 1),
    subject: `site-${change.siteId}`,
    time: rfc3339(change.shownFrom),
    datacontenttype: 'application/json',
    tenantid: change.tenantId,
    partition: change.partition,
    position: change.seq,
    effectiveat: rfc3339(change.since),
    causationid: change.cause.eventId,
    ...(change.traceParent === undefined ? {} : { traceparent: change.traceParent }),
    actorkind: change.cause.actor.kind,
    actorid: change.cause.actor.id,
    data,
  };
}
