import type { PoolClient } from 'pg';
import { addAuditEntries, type AuditEntry, findAgent, findApiKey, findGroup, findSite, findTenant, type Sql } from '#directory';
import { findMessage } from '#conversations';
import { findParked } from '#event-consumers';
import { hoursBody } from '#domain/opening-hours/index';
import { actorOf, type Principal } from '#http-kit';
import { readHours } from '#openings';
import { findAnyDelivery, wordsOfEndpoint } from '#webhooks';

/** What an action was done to. */
export interface AuditTarget {
  readonly kind: string;
  readonly id: string;
}

type Facts = Readonly<Record<string, unknown>>;

/** Words of people that stand in the directory and in no event, by kind of target. */
const WORDS: Readonly<Record<string, (sql: Sql, tenantId: string, id: string) => Promise<Facts | null>>> = {
  agent: async (sql, tenantId, id) => picked(await findAgent(sql, tenantId, id), ['name', 'email']),
  site: async (sql, tenantId, id) => ({ ...picked(await findSite(sql, tenantId, id), ['name']), ...(await hoursOf(sql, tenantId, 'site', id)) }),
  group: async (sql, tenantId, id) => ({ ...picked(await findGroup(sql, tenantId, id), ['name']), ...(await hoursOf(sql, tenantId, 'group', id)) }),
  tenant: async (sql, tenantId) => picked(await findTenant(sql, tenantId), ['name', 'slug']),
  'api-key': async (sql, tenantId, id) => picked(await findApiKey(sql, tenantId, id), ['name', 'role', 'revoked']),
  webhook: wordsOfEndpoint,
  // Not what was written: a record of an erasure must not keep what was erased.
  message: async (sql, tenantId, id) => picked(await findMessage(sql, tenantId, id), ['conversationId', 'siteId', 'receivedAt']),
  'webhook-delivery': async (sql, tenantId, id) => picked(await findAnyDelivery(sql, tenantId, id), ['webhookId', 'eventId', 'state', 'attempts']),
  'parked-event': async (sql, tenantId, id) => picked(await findParked(sql, tenantId, id), ['consumer', 'eventId', 'state']),
};

/** Names of facts that may hold a secret: the record tells that they changed, never what they are. */
const SECRET = /secret|password|token|hash/i;

/** `agent-<id>` as `{ kind: 'agent', id }`. */
export function targetOfStream(streamId: string): AuditTarget {
  const dash = streamId.indexOf('-');
  return { kind: streamId.slice(0, dash), id: streamId.slice(dash + 1) };
}

/** What the directory says of a target in this transaction; nothing for kinds it does not know. */
export async function wordsOf(sql: PoolClient, tenantId: string, target: AuditTarget): Promise<Facts> {
  return (await WORDS[target.kind]?.(sql, tenantId, target.id)) ?? {};
}

/** The folded state of a stream as the record tells it: sessions by their ids, the intent as a status. Nothing before the first event. */
export function factsOf(state: object): Facts {
  // What the hours come to at this moment follows from the hours themselves, which are told.
  const { standing, sessions, intent, openings: _follows, ...rest } = state as Facts & { sessions?: { sessionId: string }[]; intent?: Facts };
  if (standing === 'unknown') return {};
  return {
    ...rest,
    ...(standing === undefined ? {} : { standing }),
    ...(sessions === undefined ? {} : { sessions: sessions.map(({ sessionId }) => sessionId) }),
    ...(intent === undefined ? {} : { status: intent['status'], statusUntil: (intent['timer'] as { until: number } | undefined)?.until }),
  };
}

/** Only what differs; a secret is told as `(hidden)`. */
export function difference(before: Facts, after: Facts): { before: Facts; after: Facts } {
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const of = (facts: Facts): Facts =>
    Object.fromEntries(
      differing.filter((name) => facts[name] !== undefined).map((name) => [name, SECRET.test(name) ? '(hidden)' : facts[name]]),
    );
  return { before: of(before), after: of(after) };
}

/**
 * The entry of an action; null if nothing differs and nothing happened (`happened`: events were appended): a wish that was true already is no
 * action.
 */
export function auditEntry(
  id: string,
  caller: Principal,
  target: AuditTarget,
  was: Facts,
  is: Facts,
  noted: Facts = {},
  happened = false,
): AuditEntry | null {
  const { before, after } = difference(was, is);
  if (!happened && Object.keys(before).length === 0 && Object.keys(after).length === 0) return null;
  return {
    id,
    actor: actorOf(caller),
    actorRole: caller.kind === 'platform' ? null : caller.role,
    sessionId: caller.kind === 'agent' ? caller.sessionId : null,
    ip: caller.call?.ip ?? null,
    action: caller.call?.action ?? '',
    target,
    before,
    after: { ...after, ...noted },
  };
}

/** Writes what an action changed into the record, in the action's transaction. */
export async function audit(sql: PoolClient, tenantId: string, ...entries: readonly (AuditEntry | null)[]): Promise<void> {
  await addAuditEntries(sql, tenantId, entries.filter((entry) => entry !== null));
}

/** As people wrote them; holidays by their country, not day by day. */
async function hoursOf(sql: Sql, tenantId: string, kind: 'site' | 'group', id: string): Promise<Facts> {
  const hours = await readHours(sql, tenantId, { kind, id });
  if (hours === null) return {};
  // Rows as the calendar has them follow from its name; those that people changed do not.
  const edited = hours.publicHolidays?.rows.filter((row) => row.edited) ?? [];
  return { hours: hoursBody(hours), ...(edited.length === 0 ? {} : { holidays: edited }) };
}

function picked<T extends object>(row: T | null, names: readonly (keyof T & string)[]): Facts | null {
  return row && Object.fromEntries(names.map((name) => [name, row[name]]));
}
