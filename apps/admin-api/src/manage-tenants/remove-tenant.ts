import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { eraseConversationsOf } from '#conversations';
import { listAgentIds, listSiteIds, lockTenantForRemoval, removeEverythingOf, type TenantRow } from '#directory';
import { type Agent, type AgentEvent, agentFold, removeAgent } from '#domain/agent-presence/index';
import {
  removeSite,
  removeTenant,
  type Site,
  type SiteEvent,
  siteFold,
  type Tenant,
  type TenantEvent,
  tenantFold,
} from '#domain/tenant-settings/index';
import {
  type Append,
  ConflictError,
  EVENT_STORE,
  type EventStore,
  foldNew,
  IdempotencyKeyReused,
  type NewEvent,
  type StreamFold,
  type StreamHead,
} from '#event-store';
import { removeParkedOf } from '#event-consumers';
import { actorOf, notFound } from '#http-kit';
import { forgetPastOf } from '#memory';
import { removeEndpoints } from '#webhooks';
import { audit, auditEntry, factsOf } from '../audit-trail.js';
import { endSessions } from '../end-sessions.js';
import { type Asked, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Agents may turn their switch while the tenant is being removed: reading and deciding anew, before the caller is told. */
const CONFLICT_RETRIES = 3;

/** The streams that a removal writes to, as they were read before its transaction; by id. */
interface Heads {
  readonly sites: ReadonlyMap<string, StreamHead<Site>>;
  readonly agents: ReadonlyMap<string, StreamHead<Agent>>;
  readonly tenant: StreamHead<Tenant>;
}

/** What the transaction found under its lock: no such tenant (any more), or another set of sites and agents than was loaded. */
type Found = 'as loaded' | 'something else' | 'nothing';

/** Removes a tenant with its sites and agents, so that no website and no session goes on: many streams, one transaction. */
@Injectable()
export class RemoveTenant {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  /** Refuses: `not-found` for a tenant that is unknown or removed, unless it was this very command that removed it. */
  async remove(tenantId: string, asked: Asked): Promise<void> {
    const tenant = await this.scope.readAlsoRemoved(tenantId, (_sql, row) => Promise.resolve(row));
    if (await this.wasDone(tenant, asked)) return;
    for (let retries = 0; ; retries += 1) {
      const heads = await this.load(tenant);
      const { outcomes, result: found } = await this.store.transact((sql) => this.removal(sql, tenant, heads, asked));
      if (found === 'nothing') {
        if (await this.wasDone(tenant, asked)) return; // by a twin of this command, since it was asked above
        throw notFound();
      }
      const conflict = outcomes.find((outcome) => outcome.kind === 'conflict');
      const last = outcomes.at(-1);
      if (found === 'as loaded' && !conflict) {
        return this.commands.shown(tenant.partition, last?.kind === 'appended' ? last.position : null);
      }
      if (retries === CONFLICT_RETRIES) {
        const { version } = heads.tenant;
        throw new ConflictError(streamOf(tenant, 'tenant', tenantId), version, conflict?.version ?? version);
      }
    }
  }

  private async wasDone(tenant: TenantRow, { idempotency }: Asked): Promise<boolean> {
    const recorded = idempotency && (await this.store.findCommand(tenant.partition, tenant.id, idempotency.commandId));
    if (recorded && recorded.requestHash !== idempotency.requestHash) throw new IdempotencyKeyReused(idempotency.commandId);
    return Boolean(recorded);
  }

  /** Before the transaction: it holds one connection of the engine's pool, and many that waited for a second one would starve. */
  private async load(tenant: TenantRow): Promise<Heads> {
    const ids = await this.scope.readAlsoRemoved(tenant.id, (sql) => listIds(sql, tenant.id));
    const headOf = <S, E extends NewEvent>(id: string, fold: StreamFold<S, E>) => this.store.load(streamOf(tenant, fold.category, id), fold);
    const headsOf = async <S, E extends NewEvent>(of: readonly string[], fold: StreamFold<S, E>) =>
      new Map(await Promise.all(of.map(async (id) => [id, await headOf(id, fold)] as const)));
    const [sites, agents, head] = await Promise.all([
      headsOf<Site, SiteEvent>(ids.sites, siteFold),
      headsOf<Agent, AgentEvent>(ids.agents, agentFold),
      headOf<Tenant, TenantEvent>(tenant.id, tenantFold),
    ]);
    return { sites, agents, tenant: head };
  }

  /** Removes what is there, if it still is what was loaded; whatever is written to the streams meanwhile, the expected versions catch. */
  private async removal(sql: PoolClient, tenant: TenantRow, heads: Heads, asked: Asked): Promise<{ appends: Append[]; result: Found }> {
    if (!(await lockTenantForRemoval(sql, tenant.id))) return { appends: [], result: 'nothing' };
    const { sites, agents } = await listIds(sql, tenant.id);
    if (!isSame(sites, heads.sites) || !isSame(agents, heads.agents)) return { appends: [], result: 'something else' };
    await removeEverythingOf(sql, tenant.id);
    await removeEndpoints(sql, tenant.id, null);
    await removeParkedOf(sql, tenant.id);
    await eraseConversationsOf(sql, tenant.id);
    await forgetPastOf(sql, tenant.id);
    const auditId = this.store.newId();
    const of = { ...asked, auditId };
    const sitesGone = [...heads.sites].map(([id, head]) => this.decide<Site, SiteEvent>(tenant, id, siteFold, head, removeSite, of));
    const agentsGone = [...heads.agents].map(([id, head]) => this.decide<Agent, AgentEvent>(tenant, id, agentFold, head, removeAgent, of));
    const tenantGone = this.decide<Tenant, TenantEvent>(tenant, tenant.id, tenantFold, heads.tenant, removeTenant, of);
    const [was, is] = [factsOf(heads.tenant.state), factsOf(tenantGone.append.state as Tenant)];
    await audit(sql, tenant.id, auditEntry(auditId, asked.caller, { kind: 'tenant', id: tenant.id }, was, is));
    await endSessions(sql, tenant.id, agentsGone.flatMap(({ events }) => events), tenantGone.append.decidedAt);
    const appends = [...sitesGone, ...agentsGone].filter(({ events }) => events.length > 0).map(({ append }) => append);
    const last = { ...tenantGone.append, ...(asked.idempotency ? { idempotency: asked.idempotency } : {}) };
    return { appends: [...appends, last], result: 'as loaded' };
  }

  private decide<S, E extends NewEvent>(
    tenant: TenantRow,
    id: string,
    fold: StreamFold<S, E>,
    head: StreamHead<S>,
    decide: (state: S) => E[],
    asked: Asked & { readonly auditId: string },
  ): { events: E[]; append: Append } {
    const stream = streamOf(tenant, fold.category, id);
    const events = decide(head.state);
    const commandId = asked.idempotency?.commandId ?? this.store.newId();
    const append: Append = {
      stream,
      expectedVersion: head.version,
      events,
      decidedAt: head.now,
      state: foldNew(fold, head.state, head.version, events, head.now),
      stateVersion: fold.stateVersion,
      actor: actorOf(asked.caller),
      commandId,
      correlationId: asked.auditId,
    };
    return { events, append };
  }
}

async function listIds(sql: PoolClient, tenantId: string): Promise<{ sites: string[]; agents: string[] }> {
  return { sites: await listSiteIds(sql, tenantId), agents: await listAgentIds(sql, tenantId) };
}

function isSame(ids: readonly string[], loaded: ReadonlyMap<string, unknown>): boolean {
  return ids.length === loaded.size && ids.every((id) => loaded.has(id));
}

function streamOf(tenant: TenantRow, category: string, id: string) {
  return { tenantId: tenant.id, partition: tenant.partition, streamId: `${category}-${id}` };
}
