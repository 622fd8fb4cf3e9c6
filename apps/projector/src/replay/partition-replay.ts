import type { Pool, PoolClient } from 'pg';
import { type Pools, transaction } from '#database';
import { type LogPage, LogReader } from '#event-store';
import { readStanding, type Sql } from '#read-model';
import { healIntervals, type IntervalChange, noteRebuilt, putRows, removeRows } from '#read-model/write';
import type { ReplayedPart, Verification } from '#replays';
import { compareIntervalsOf } from './compare-intervals.js';
import { compareRows, STATEMENT_MS } from './compare-rows.js';
import { ShownComparison } from './compare-shown.js';
import { Findings } from './findings.js';
import { readData } from './read-data.js';
import { ReplayedPartition } from './replayed-partition.js';

/** What a replay needs of the process it runs in. */
export interface ReplayPorts {
  readonly pools: Pools;
  /** Called between any two pages of work, outside of every transaction. May wait; what it throws ends the replay. */
  pace(events: number): Promise<void>;
}

/**
 * Carries out the work of a rebuild in a transaction of the run, and notes with it what was found. Throws if the rebuild is no longer wanted.
 * Waits, if it has to, before the transaction begins.
 */
export type WriteReplay = (work: (sql: PoolClient) => Promise<void>) => Promise<void>;

/** Events folded between two looks at the clock: some milliseconds. */
const PAGE = 2_000;
/** Fewer missing events than these are folded inside the comparing transaction. */
const NEAR = 2_000;
/** Opens a transaction whose statements may take long. */
export const PATIENT = `SET LOCAL statement_timeout = ${STATEMENT_MS}`;
const ONE_STATE = `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ${PATIENT}`;

/**
 * One partition (or one tenant of it) folded from its first event and compared with its rows, while traffic goes on: the log is read up to the
 * checkpoint first, then the rows are compared in one snapshot, at that snapshot's own checkpoint.
 */
export class PartitionReplay {
  findings = new Findings();
  readonly log: ReplayedPartition;
  private readonly reader = new LogReader({ readData });
  /** null: was compared already. */
  private shown: ShownComparison | null;

  constructor(
    private readonly ports: ReplayPorts,
    readonly partition: number,
    private readonly tenantId: string | null,
  ) {
    this.shown = new ShownComparison(partition, tenantId, this.findings);
    this.log = new ReplayedPartition(partition, (shown) => this.shown?.expect(shown));
  }

  /** Compares; what differs is in `findings`. */
  verify(): Promise<void> {
    return this.compareBesideTraffic('tell');
  }

  /**
   * Compares, as `verify` does; then, holding the checkpoint's row, compares what differed once more and writes it as the log says. The projector of the
   * partition waits for so long, readers do not. The shown log stays as it is: it is evidence.
   */
  async rebuild(write: WriteReplay): Promise<void> {
    await this.compareBesideTraffic('mark');
    const tenants = this.findings.tenants;
    const shown = this.findings;
    await write(async (sql) => {
      if (tenants.length === 0) return;
      const standing = await readStanding(sql, this.partition, 'lock');
      this.findings = new Findings();
      this.shown = null;
      await this.foldTo(sql, standing.position);
      await this.compareAll(sql, tenants, 'heal');
      this.findings.takeShown(shown);
    });
  }

  /** What a run keeps of it. */
  get part(): ReplayedPart {
    const { log, findings, partition } = this;
    return { partition, position: log.position, events: log.events, hash: log.hash, drift: findings.drift, shownDrift: findings.shownDrift };
  }

  /** What readers are told of the partition. */
  standing(healed: boolean): Omit<Verification, 'verifiedAt' | 'ageMs'> {
    const { partition, position, hash, drift, shownDrift } = this.part;
    const { kept, keptShown, byTenant } = this.findings;
    const whole = { partition, position, hash, shownDrift };
    if (healed) return { ...whole, drift: 0, byTenant: {}, differences: keptShown };
    return { ...whole, drift, byTenant: Object.fromEntries(byTenant), differences: [...kept, ...keptShown] };
  }

  private async compareBesideTraffic(then: 'tell' | 'mark'): Promise<void> {
    const { pools } = this.ports;
    for (;;) {
      const { position } = await readStanding(pools.engine, this.partition);
      await this.foldTo(pools.engine, position, (events) => this.ports.pace(events));
      const compared = await transaction(pools.engine, (sql) => this.compareIfNear(sql, then), () => ONE_STATE);
      await this.ports.pace(0);
      if (compared) return;
    }
  }

  private async compareIfNear(sql: PoolClient, then: 'tell' | 'mark'): Promise<boolean> {
    const standing = await readStanding(sql, this.partition);
    if (standing.position - this.log.position > NEAR) return false;
    await this.foldTo(sql, standing.position);
    await this.shown?.finish(sql, standing.shownSeq);
    await this.compareAll(sql, this.tenantId === null ? null : [this.tenantId], then);
    return true;
  }

  /** @param then `mark`: differing intervals are only known by their agents, who will be looked at again */
  private async compareAll(sql: PoolClient, only: readonly string[] | null, then: 'tell' | 'mark' | 'heal'): Promise<void> {
    const { log, findings, partition } = this;
    await compareRows(sql, log, only, findings);
    if (then === 'heal') await this.healRows(sql);
    if (then === 'mark') return;
    for await (const change of compareIntervalsOf(sql, { reader: this.reader, partition, upTo: log.position }, findings.agents, findings)) {
      if (then === 'heal') for (const part of inParts(change, PAGE)) await healIntervals(sql, part);
    }
    if (then === 'heal' && findings.drift > 0) await noteRebuilt(sql, partition);
  }

  private async foldTo(sql: Pool | PoolClient, upTo: number, pace?: (events: number) => Promise<void>): Promise<void> {
    const { log, partition, tenantId } = this;
    const read = (after: number): Promise<LogPage> => {
      const page = this.reader.page(sql, { partition, after, upTo, tenantId }, PAGE);
      page.catch(() => undefined); // whoever waits for it hears of it; nobody does when the replay ends before
      return page;
    };
    let next: Promise<LogPage> | null = log.position < upTo ? read(log.position) : null;
    while (next) {
      const { events, lines }: LogPage = await next;
      const last = events.lastPosition;
      next = events.length === PAGE && last < upTo ? read(last) : null; // is read while this one is folded
      log.fold(events, lines);
      if (!next) log.reach(upTo);
      await this.shown?.catchUp(sql);
      await pace?.(events.length);
    }
  }

  private async healRows(sql: Sql): Promise<void> {
    for (const { table, put, remove } of this.findings.tables.values()) {
      if (remove.length > 0) await removeRows(sql, table, remove);
      for (let i = 0; i < put.length; i += PAGE) await putRows(sql, table, put.slice(i, i + PAGE));
    }
  }
}

/** What is to be removed with the first part. */
function* inParts({ put, remove }: IntervalChange, size: number): Generator<IntervalChange> {
  if (remove.length > 0 || put.length > 0) yield { put: put.slice(0, size), remove };
  for (let i = size; i < put.length; i += size) yield { put: put.slice(i, i + size), remove: [] };
}
