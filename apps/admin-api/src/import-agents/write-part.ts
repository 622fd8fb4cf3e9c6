import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { ImportResult } from '#contract';
import {
  addAgents,
  type AuditEntry,
  changeAgents,
  holdTenant,
  lockAgentsById,
  lockGroupsForAssignment,
  replaceMemberships,
  type TenantRow,
  type WantedAgent,
} from '#directory';
import { type Agent, type AgentEvent, agentFold } from '#domain/agent-presence/index';
import { type Append, type EventStore, foldNew, IdempotencyKeyReused, type StreamFold, type StreamHead } from '#event-store';
import { actorOf, type IdempotencyOf, notFound } from '#http-kit';
import { audit, auditEntry, factsOf } from '../audit-trail.js';
import { endSessions } from '../end-sessions.js';
import { eventsOf } from './decide-line.js';
import { freeSeats } from '../plan-limits.js';
import type { Line } from './line.js';
import { type Known, type Planned, planLine, sameGroups, type Terms } from './plan-line.js';
import { readKnown } from './read-known.js';

/** On whose behalf, and whether it came before. */
export interface ImportRun extends Terms {
  readonly idempotency: IdempotencyOf | undefined;
}

interface Part extends ImportRun {
  /** A refused line refuses all. */
  readonly atomic: boolean;
  /** Whether this part also remembers the import as a whole: the first one does, unless it was done before. */
  readonly remembers: boolean;
}

/** Others were faster: read and decide anew. Thrown inside the transaction, so that nothing of it stays. */
export class Meanwhile extends Error {
  override readonly name = 'Meanwhile';
}

/** An atomic import with a refused line. */
export class RefusedLines extends Error {
  override readonly name = 'RefusedLines';
}

interface Written {
  /** One per line, in order. */
  readonly results: ImportResult[];
  /** Of the last event in its partition; null if there is none. */
  readonly position: number | null;
}

/** A line with the head of its agent's stream; `id` is the agent's, or the one a new agent gets. */
interface Prepared {
  readonly line: Line;
  readonly id: string;
  readonly head: StreamHead<Agent>;
}

const fold: StreamFold<Agent, AgentEvent> = agentFold;

/** Writes some lines of an import in one transaction: directory, events of many streams, the record of admins' actions. */
export class PartWriter {
  constructor(private readonly store: EventStore) {}

  /** `known`: as read just before. Throws Meanwhile, RefusedLines; IdempotencyKeyReused. Refuses: `not-found` if the tenant is removed. */
  async write(tenant: TenantRow, lines: readonly Line[], known: Known, part: Part): Promise<Written> {
    // Before the transaction: it holds one connection of the engine's pool, and many that waited for a second one would starve.
    const prepared = await Promise.all(lines.map((line) => this.prepare(tenant, line, known, part)));
    const { result, outcomes, committed } = await this.store.transact((sql) => this.within(sql, tenant, prepared, known, part));
    if (!committed) throw new Meanwhile();
    const positions = outcomes.map((outcome) => (outcome.kind === 'appended' ? outcome.position : 0));
    return { results: result, position: Math.max(0, ...positions) || null };
  }

  private async prepare(tenant: TenantRow, line: Line, known: Known, { idempotency }: Part): Promise<Prepared> {
    const id = known.agents.get(line.wish?.email ?? '')?.id ?? this.store.newId();
    const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `agent-${id}` };
    const head = await this.store.load(stream, fold, idempotency && commandOf(idempotency, line));
    if (head.recorded && head.recorded.requestHash !== idempotency?.requestHash) throw new IdempotencyKeyReused(idempotency?.commandId ?? '');
    return { line, id, head };
  }

  private async within(
    sql: PoolClient,
    tenant: TenantRow,
    prepared: readonly Prepared[],
    before: Known,
    part: Part,
  ): Promise<{ appends: Append[]; result: ImportResult[] }> {
    const fresh = prepared.filter(({ head }) => !head.recorded);
    const lines = fresh.map(({ line }) => line);
    if (!(await holdTenant(sql, tenant.id))) throw notFound();
    await freeSeats(sql, tenant); // locks in one order: the tenant, groups, agents
    const held = await lock(sql, tenant.id, fresh, before, part);
    const known = await readKnown(sql, tenant, lines, part.caller);
    const plans = new Map<Line, { planned: Planned; append: Append | null; entry: AuditEntry | null }>();
    for (const one of fresh) {
      const planned = planLine(one.line.wish as NonNullable<Line['wish']>, known, part, one.id);
      if (!isAsPrepared(planned, one, held)) throw new Meanwhile();
      plans.set(one.line, { planned, ...this.decide(tenant, one, planned, part) });
    }
    const all = [...plans.values()];
    if (part.atomic && all.some(({ planned }) => planned.outcome === 'refused')) throw new RefusedLines();
    await writeRows(sql, tenant.id, all.map(({ planned }) => planned));
    await audit(sql, tenant.id, ...all.map(({ entry }) => entry));
    const appends = all.flatMap(({ append }) => append ?? []);
    const events = appends.flatMap((append) => append.events) as AgentEvent[];
    const now = appends[0]?.decidedAt;
    if (now !== undefined && events.some(({ type }) => type === 'SessionEnded')) await endSessions(sql, tenant.id, events, now);
    const whole = appends.length > 0 ? wholeImport(tenant, part) : [];
    return { appends: [...appends, ...whole], result: prepared.map((one) => resultOf(one, plans.get(one.line)?.planned)) };
  }

  private decide(tenant: TenantRow, { line, id, head }: Prepared, planned: Planned, { caller, idempotency }: Part) {
    if (planned.outcome === 'refused') return { append: null, entry: null };
    const auditId = this.store.newId();
    const events = planned.outcome === 'unchanged' ? [] : eventsOf(planned.wanted, planned.before, head);
    const state = foldNew(fold, head.state, head.version, events, head.now);
    const was = planned.before ? { ...wordsOf(planned.before), ...factsOf(head.state) } : {};
    const is = planned.outcome === 'unchanged' ? was : { ...wordsOf(planned.wanted), ...factsOf(state) };
    const remembered = idempotency && { commandId: commandOf(idempotency, line), requestHash: idempotency.requestHash };
    const append: Append = {
      stream: { tenantId: tenant.id, partition: tenant.partition, streamId: `agent-${id}` },
      expectedVersion: head.version,
      events,
      decidedAt: head.now,
      state,
      stateVersion: fold.stateVersion,
      actor: actorOf(caller),
      commandId: remembered?.commandId ?? auditId,
      correlationId: auditId,
      ...(remembered ? { idempotency: { ...remembered, result: { id, outcome: planned.outcome } } } : {}),
    };
    const entry = auditEntry(auditId, caller, { kind: 'agent', id }, was, is);
    return { append: events.length > 0 || remembered ? append : null, entry };
  }
}

/** The import as a whole is remembered with its first lines, so that its key cannot be used for another one. */
function wholeImport(tenant: TenantRow, { idempotency, remembers, caller }: Part): Append[] {
  if (!idempotency || !remembers) return [];
  const { commandId } = idempotency;
  const stream = { tenantId: tenant.id, partition: tenant.partition, streamId: `tenant-${tenant.id}` };
  const nothing = { expectedVersion: 0, events: [], decidedAt: 0, state: null, stateVersion: 0 };
  return [{ stream, ...nothing, actor: actorOf(caller), commandId, correlationId: commandId, idempotency }];
}

/**
 * Groups before agents, agents ascending, as everywhere; all owners as well where somebody might cease to be the last one. Gives the ids
 * of the groups that stay until the commit.
 */
async function lock(sql: PoolClient, tenantId: string, fresh: readonly Prepared[], { groups }: Known, { caller }: Part): Promise<ReadonlySet<string>> {
  const named = new Set(fresh.flatMap(({ line }) => line.wish?.groups ?? []));
  const ids = groups.filter(({ id, name }) => named.has(id) || named.has(name)).map(({ id }) => id);
  const held = ids.length > 0 ? await lockGroupsForAssignment(sql, tenantId, ids) : new Set<string>();
  const leaves = ({ line: { wish } }: Prepared): boolean => wish?.active === false || (wish?.role ?? 'owner') !== 'owner';
  await lockAgentsById(sql, tenantId, fresh.map(({ id }) => id), caller.kind !== 'platform' && fresh.some(leaves));
  return held;
}

/** Under the locks the agent is still the one whose stream was read, and no group has come into play since. */
function isAsPrepared(planned: Planned, { id, head, line }: Prepared, held: ReadonlySet<string>): boolean {
  if (planned.outcome === 'refused') return true;
  if ((planned.before?.id ?? id) !== id || (planned.before === null) !== (head.version === 0)) return false;
  return planned.outcome === 'unchanged' || line.wish?.groups === undefined || planned.wanted.groupIds.every((group) => held.has(group));
}

async function writeRows(sql: PoolClient, tenantId: string, plans: readonly Planned[]): Promise<void> {
  const wanted = (outcome: 'created' | 'updated'): WantedAgent[] => plans.flatMap((plan) => (plan.outcome === outcome ? [plan.wanted] : []));
  const [created, updated] = [wanted('created'), wanted('updated')];
  if ((await addAgents(sql, tenantId, created)) < created.length) throw new Meanwhile();
  await changeAgents(sql, tenantId, updated);
  const regrouped = plans.flatMap((plan) =>
    plan.outcome === 'updated' && !sameGroups(plan.wanted.groupIds, plan.before.groupIds) ? [plan.wanted] : [],
  );
  await replaceMemberships(sql, tenantId, [...created.filter(({ groupIds }) => groupIds.length > 0), ...regrouped]);
}

function resultOf({ line, head: { recorded } }: Prepared, planned: Planned | undefined): ImportResult {
  if (planned || !recorded) return resultOfPlan(line, planned ?? { outcome: 'refused', code: 'conflict', errors: [] });
  return { ...toldOf(line), outcome: recorded.result['outcome'] as ImportResult['outcome'], id: String(recorded.result['id']) };
}

/** What a line is told; `id` only of an agent who is there, or of one who is there from now on. */
export function resultOfPlan(line: Line, planned: Planned): ImportResult {
  if (planned.outcome === 'refused') {
    return { ...toldOf(line), outcome: 'refused', code: planned.code, errors: planned.errors.map((fault) => ({ ...fault })) };
  }
  const id = planned.outcome === 'unchanged' ? planned.before.id : planned.wanted.id;
  return { ...toldOf(line), outcome: planned.outcome, ...(id === '' ? {} : { id }) };
}

function toldOf({ line, email }: Line): { line: number; email?: string } {
  return { line, ...(email === undefined ? {} : { email }) };
}

function wordsOf({ name, email }: { readonly name: string; readonly email: string }) {
  return { name, email };
}

/** Id of one line's command: the same line of the same import again is the same command. */
function commandOf({ commandId }: IdempotencyOf, { line }: Line): string {
  return createHash('sha256').update(`${commandId} line ${line}`).digest('hex');
}
