import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { type Settings, SETTINGS } from '#config';
import { rfc3339 } from '#contract';
import { isUnavailable, type Pools, POOLS } from '#database';
import { listTenants, type TenantRow } from '#directory';
import type { Instant } from '#domain/agent-presence/index';
import { countEventsByTenant, EVENT_STORE, type EventStore } from '#event-store';
import { Problem } from '#http-kit';
import { forgetOldRules, Memory, NotWalkedYet, PostgresShelf, type TenantLog } from '#memory';
import { type Logger, LOGGER } from '#observability';
import { TenantScope } from './tenant-scope.js';

/** So long a question waits for a history that nobody has made ready yet, ms. */
const PATIENCE_MS = 5_000;
/** When whoever was refused may ask again, s. */
const AGAIN_S = 5;
/** How soon one looks again whose histories have grown, ms. */
const LOOK_MS = 10_000;
/** Events of a tenant after which it is worth while to look. */
const WORTH_WHILE = 600;
const PAGE = 500;

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * The past of tenants, for whatever asks for it, and what keeps answers quick: in the background the logs that have grown are walked, at a
 * share of a core. A question that comes before that waits a while for its own tenant, and is told to come again if that is not enough.
 */
@Injectable()
export class TenantsPast implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly memory: Memory;
  /** One for each tenant; those that somebody waits for do not rest. */
  private readonly walks = new Map<string, Promise<number>>();
  private readonly awaited = new Set<string>();
  /** How far the walks under way have come. */
  private readonly reached = new Map<string, Instant>();
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** Up to where the events of each partition were counted, and how many more of each tenant it takes until a walk is worth while. */
  private readonly counted = new Map<number, number>();
  private readonly missing = new Map<string, { readonly partition: number; events: number }>();

  constructor(
    private readonly scope: TenantScope,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.memory = new Memory(new PostgresShelf(pools));
  }

  /** @param sql the transaction that asks, see `TenantLog` */
  logOf({ id: tenantId, partition }: Pick<TenantRow, 'id' | 'partition'>, sql?: PoolClient): TenantLog {
    return { store: this.store, tenantId, partition, sql };
  }

  /** As the scope's `read`, for work that asks the memory. Refuses `store-unavailable` while a long history is being made ready. */
  async read<T>(tenantId: string, work: (sql: PoolClient, tenant: TenantRow) => Promise<T>): Promise<T> {
    try {
      return await this.scope.read(tenantId, work);
    } catch (error) {
      if (!(error instanceof NotWalkedYet)) throw error;
      await this.walkedInTime(error.log);
      return await this.scope.read(tenantId, work);
    }
  }

  onApplicationBootstrap(): void {
    if ((this.settings.memoryPercent ?? 0) > 0) this.running = this.keepReady();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled([this.running, ...this.walks.values()]);
  }

  private async walkedInTime(log: TenantLog): Promise<void> {
    const { tenantId } = log;
    this.awaited.add(tenantId);
    const walking = this.walk(log).finally(() => this.awaited.delete(tenantId));
    const late = new AbortController();
    const tooLate = pause(PATIENCE_MS, false, { signal: late.signal }).catch(() => false);
    const inTime = await Promise.race([walking.then(() => true), tooLate]).finally(() => late.abort());
    if (inTime) return;
    walking.catch((error: unknown) => this.tell(error));
    const reached = this.reached.get(tenantId);
    const soFar = reached === undefined ? '' : ` (so far up to ${rfc3339(reached)})`;
    const detail = `The history of this account is long, and is being made ready${soFar}: ask again in ${AGAIN_S} s.`;
    throw new Problem('store-unavailable', detail, {}, { retryAfter: AGAIN_S });
  }

  private async keepReady(): Promise<void> {
    for (let first = true; ; first = false) {
      try {
        await this.rest(LOOK_MS);
        if (first) await this.lookAtAll();
        await this.countWhatCame();
        for (const [tenantId, { partition, events }] of this.missing) {
          if (events <= 0) await this.makeReady(tenantId, partition);
        }
      } catch (error) {
        if (error instanceof Stopped) return;
        this.tell(error);
      }
    }
  }

  /** After a start nobody knows how far the last process had come. */
  private async lookAtAll(): Promise<void> {
    await forgetOldRules(this.pools);
    for (const [partition, position] of await this.store.heads()) this.counted.set(partition, position);
    for (let after: string | null = null; ; ) {
      const tenants: TenantRow[] = await listTenants(this.pools.engine, { after, limit: PAGE });
      for (const { id, partition } of tenants) {
        const began = performance.now();
        if (await this.memory.isBehind(this.logOf({ id, partition }))) this.missing.set(id, { partition, events: 0 });
        await this.breathe(began);
      }
      after = tenants.at(-1)?.id ?? null;
      if (tenants.length < PAGE) return;
    }
  }

  private async countWhatCame(): Promise<void> {
    for (const [partition, upTo] of await this.store.heads()) {
      const after = this.counted.get(partition) ?? 0;
      if (upTo === after) continue;
      for (const [tenantId, more] of await countEventsByTenant(this.pools.engine, { partition, after, upTo })) {
        const known = this.missing.get(tenantId);
        if (known) known.events -= more;
        else this.missing.set(tenantId, { partition, events: WORTH_WHILE - more });
      }
      this.counted.set(partition, upTo);
    }
  }

  private async makeReady(tenantId: string, partition: number): Promise<void> {
    if (!(await this.isThere(tenantId))) {
      this.missing.delete(tenantId);
      return;
    }
    const events = await this.walk(this.logOf({ id: tenantId, partition }));
    this.missing.set(tenantId, { partition, events });
  }

  private walk(log: TenantLog): Promise<number> {
    const { tenantId } = log;
    const running = this.walks.get(tenantId);
    if (running) return running;
    let began = performance.now();
    const pace = async (knownUntil: Instant): Promise<void> => {
      this.reached.set(tenantId, knownUntil);
      await (this.awaited.has(tenantId) ? this.rest(0) : this.breathe(began));
      began = performance.now();
    };
    const walking = this.memory.walk(log, pace).finally(() => {
      this.walks.delete(tenantId);
      this.reached.delete(tenantId);
    });
    this.walks.set(tenantId, walking);
    return walking;
  }

  private async isThere(tenantId: string): Promise<boolean> {
    return this.scope.present(tenantId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem) return false;
        throw error;
      },
    );
  }

  /** Rests so long after work that its share of a core stays as it is set; the time that Postgres takes for it counts too. */
  private breathe(began: number): Promise<void> {
    return this.rest((performance.now() - began) * (100 / (this.settings.memoryPercent ?? 100) - 1));
  }

  private async rest(ms: number): Promise<void> {
    if (ms > 0) await pause(ms, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
    if (this.ending.signal.aborted) throw new Stopped();
  }

  private tell(error: unknown): void {
    if (!(error instanceof Stopped || isUnavailable(error))) this.log.error({ err: error }, 'histories cannot be made ready');
  }
}
