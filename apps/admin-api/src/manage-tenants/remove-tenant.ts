import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
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
} from '#event-store';
import { actorOf, notFound } from '#http-kit';
import { endSessions } from '../end-sessions.js';
import { type Asked, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Agents may turn their switch while the tenant is being removed: reading and deciding anew, before the caller is told. */
const CONFLICT_RETRIES = 3;

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
      const { outcomes } = await this.store.transact(async (sql) => {
        return { appends: await this.removal(sql, tenant, asked), result: undefined };
      });
      const conflict = outcomes.find((outcome) => outcome.kind === 'conflict');
      const last = outcomes.at(-1);
      if (!conflict) return this.commands.shown(tenant.partition, last?.kind === 'appended' ? last.position : null);
      if (retries === CONFLICT_RETRIES) throw new ConflictError(streamOf(tenant, 'tenant', tenantId), 0, conflict.version);
    }
  }

  private async wasDone(tenant: TenantRow, { idempotency }: Asked): Promise<boolean> {
    const recorded = idempotency && (await this.store.findCommand(tenant.partition, tenant.id, idempotency.commandId));
    if (recorded && recorded.requestHash !== idempotency.requestHash) throw new IdempotencyKeyReused(idempotency.commandId);
    return Boolean(recorded);
  }

  private async removal(sql: PoolClient, tenant: TenantRow, asked: Asked): Promise<Append[]> {
    if (!(await lockTenantForRemoval(sql, tenant.id))) throw notFound();
    const sites = await listSiteIds(sql, tenant.id);
    const agents = await listAgentIds(sql, tenant.id);
    await removeEverythingOf(sql, tenant.id);
    const sitesGone = await Promise.all(sites.map((id) => this.decide<Site, SiteEvent>(tenant, id, siteFold, removeSite, asked)));
    const agentsGone = await Promise.all(agents.map((id) => this.decide<Agent, AgentEvent>(tenant, id, agentFold, removeAgent, asked)));
    const tenantGone = await this.decide<Tenant, TenantEvent>(tenant, tenant.id, tenantFold, removeTenant, asked);
    await endSessions(sql, tenant.id, agentsGone.flatMap(({ events }) => events), tenantGone.append.decidedAt);
    const appends = [...sitesGone, ...agentsGone].filter(({ events }) => events.length > 0).map(({ append }) => append);
    return [...appends, { ...tenantGone.append, ...(asked.idempotency ? { idempotency: asked.idempotency } : {}) }];
  }

  private async decide<S, E extends NewEvent>(
    tenant: TenantRow,
    id: string,
    fold: StreamFold<S, E>,
    decide: (state: S) => E[],
    asked: Asked,
  ): Promise<{ events: E[]; append: Append }> {
    const stream = streamOf(tenant, fold.category, id);
    const head = await this.store.load(stream, fold);
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
      correlationId: commandId,
    };
    return { events, append };
  }
}

function streamOf(tenant: TenantRow, category: string, id: string) {
  return { tenantId: tenant.id, partition: tenant.partition, streamId: `${category}-${id}` };
}
