import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { holdTenant, type TenantRow } from '#directory';
import { afterOverdue, type Agent, type AgentEvent, agentFold, leaseEnd } from '#domain/agent-presence/index';
import { type Command, EVENT_STORE, type EventStore, handleCommand, type Handled, type NewEvent } from '#event-store';
import { actorOf, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { expireLapsed, patienceOf } from '#leases';
import { waitForPosition } from '#read-model';
import { audit, auditEntry, type AuditTarget, factsOf, targetOfStream, wordsOf } from './audit-trail.js';

/** How long a command waits for the projector, ms: the contract promises that nothing on a page is older than a second. */
const SHOWN_WITHIN_MS = 1000;

/** Who asks for what, under which idempotency key. */
export interface Asked {
  readonly caller: Principal;
  readonly idempotency: IdempotencyOf | undefined;
}

/** A command on one of a tenant's streams; `within` holds the statements of the directory. */
export type TenantCommand<S, E extends NewEvent> = Asked &
  Pick<Command<S, E>, 'fold' | 'prepare' | 'decide' | 'result' | 'within'> & {
    readonly streamId: string;
    /** What the record of admins' actions calls the target, where it is not the stream's own thing (an API key of a tenant). */
    readonly target?: AuditTarget;
    /** What the record adds if anything changed, e.g. the reason that was given. */
    readonly noted?: Readonly<Record<string, unknown>>;
  };

/** A command on one of a tenant's agents. */
export type AgentCommand = Omit<TenantCommand<Agent, AgentEvent>, 'fold' | 'streamId'> & { readonly agentId: string };

/**
 * Carries out what admins ask for: directory, events and the record of who did it (what was so before and after) in one transaction, then
 * the wait that lets them read what they wrote. The record's id is the correlation id of the events.
 */
@Injectable()
export class TenantCommands {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** A new opaque id. */
  newId(): string {
    return this.store.newId();
  }

  /**
   * Runs a command on a stream of a tenant. The tenant is held until the commit, so that it is not removed meanwhile.
   * Refuses: what `decide` and `within` refuse, and `not-found` if the tenant has been removed.
   */
  async run<S, E extends NewEvent>(tenant: TenantRow, command: TenantCommand<S, E>): Promise<Handled<S>> {
    return this.runOnAny(tenant, {
      ...command,
      within: async (sql, decided) => {
        if (!(await holdTenant(sql, tenant.id))) throw notFound();
        await command.within?.(sql, decided);
      },
    });
  }

  /**
   * Runs a command on an agent. What was due before is recorded before it: sessions that have run out, a status for a while that is over
   * (architecture 3, "overdue facts first").
   */
  async runOnAgent(tenant: TenantRow, { agentId, decide, ...command }: AgentCommand): Promise<Handled<Agent>> {
    await this.recordLapses(tenant, agentId);
    return this.run<Agent, AgentEvent>(tenant, {
      ...command,
      streamId: `agent-${agentId}`,
      fold: agentFold,
      decide: afterOverdue((agent, now) => decide(agent, now, 0)),
    });
  }

  /** Ends the agent's sessions that have run out by now, and waits until that is shown before what follows: offline, then online (case 8). */
  async recordLapses(tenant: TenantRow, agentId: string): Promise<void> {
    const { blindMs } = patienceOf(this.settings.leaseSeconds);
    const ended = await expireLapsed(this.pools.engine, this.store, leaseEnd, { tenantId: tenant.id, agentId }, blindMs);
    if (ended.length > 0) await this.shown(tenant.partition, (await this.store.heads()).get(tenant.partition) ?? null);
  }

  /** The same without holding the tenant: for the commands that add it or remove it. */
  async runOnAny<S, E extends NewEvent>(
    tenant: Pick<TenantRow, 'id' | 'partition'>,
    command: TenantCommand<S, E>,
  ): Promise<Handled<S>> {
    const { caller, idempotency, streamId, fold, prepare, decide, result, within, noted, target = targetOfStream(streamId) } = command;
    const auditId = this.store.newId();
    let before = fold.initial;
    const handled = await handleCommand<S, E>(this.store, {
      stream: { tenantId: tenant.id, partition: tenant.partition, streamId },
      fold,
      ...(prepare ? { prepare } : {}),
      decide: (state, now, version) => {
        before = state;
        return decide(state, now, version);
      },
      actor: actorOf(caller),
      correlationId: auditId,
      ...(result ? { result } : {}),
      within: async (sql, decided) => {
        const wordsBefore = await wordsOf(sql, tenant.id, target);
        await within?.(sql, decided);
        const was = { ...wordsBefore, ...factsOf(before as object) };
        const is = { ...(await wordsOf(sql, tenant.id, target)), ...factsOf(decided.state as object) };
        await audit(sql, tenant.id, auditEntry(auditId, caller, target, was, is, noted, decided.events.length > 0));
      },
      ...(idempotency ? { idempotency } : {}),
    });
    if (!handled.repeated) await this.shown(tenant.partition, handled.position);
    return handled;
  }

  /** Waits until the read model shows a position, at most a second; a projector that is away delays commands, it does not refuse them. */
  async shown(partition: number, position: number | null): Promise<void> {
    if (position !== null) await waitForPosition(this.pools.engine, partition, position, SHOWN_WITHIN_MS);
  }
}

/** The id that a command made, or made when it came for the first time. */
export function idMade(handled: Handled<unknown>, id: string): string {
  return handled.repeated ? String(handled.recorded.result['id']) : id;
}
