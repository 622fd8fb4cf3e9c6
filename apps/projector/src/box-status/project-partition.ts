import type { StoredEvent } from '#event-store';
import type { BoxChange, TenantBoxes } from '#domain/box-status/index';
import type { Projection } from '#read-model/write';
import { foldRange } from './fold-range.js';

/** Everything a partition's projection needs from outside; the simulation brings its own. */
export interface ProjectionPorts {
  /** Events of the partition after a position, ascending, at most `limit`; fewer only if there are no more. */
  readEvents(partition: number, after: number, limit: number): Promise<StoredEvent[]>;
  readCheckpoint(partition: number): Promise<number>;
  /** The tenant as the rows have it. */
  readTenant(tenantId: string): Promise<TenantBoxes>;
  /** Writes rows and checkpoint together; false if another projector moved the checkpoint first. */
  write(projection: Projection): Promise<boolean>;
  /** Tells readers what changed, after the commit. Losing it only makes them slower. */
  announce(projection: Projection): void;
  newEventId(causeEventId: string, change: BoxChange): string;
}

// Small enough that one transaction stays a few milliseconds.
const RANGE_LIMIT = 500;
// Where that was not all, there is a backlog. An agent's row is written once for each range however often it moved, so a larger range halves
// what an event costs; larger still gains little, and holds more in memory.
const BACKLOG_LIMIT = 2_000;
// Unless many boxes move, too: what is said of a range has to go into one message of the bus (1 MB, some 500 B for a box and its site).
const FEW_BOXES = 100;
// Tenants kept between ranges, per partition: with 64 partitions some 10,000, which is more than one process serves at a time.
const KEPT_TENANTS = 160;

/**
 * The one path on which the read model moves (architecture 4): checkpoint → events after it → fold → rows and checkpoint in one commit.
 * A doorbell, a bus message, the poll and a restart all end up here; a wrong, late, doubled or lost call has no effect.
 */
export class PartitionProjector {
  /** null: not known, or lost to another projector; to be read again. */
  private checkpoint: number | null = null;
  private readonly tenants = new Map<string, TenantBoxes>();

  /** @param rangeLimit events of the next range at most, `behind` being whether the last one was full and moved few boxes; the simulation cuts them small */
  constructor(
    readonly partition: number,
    private readonly ports: ProjectionPorts,
    private readonly rangeLimit: (behind: boolean) => number = (behind) => (behind ? BACKLOG_LIMIT : RANGE_LIMIT),
  ) {}

  /** How far this projector knows the partition to be folded; null before the first range. */
  get position(): number | null {
    return this.checkpoint;
  }

  /**
   * Folds what was there when it was called. Gives the number of events folded. Throws what the ports throw; calling again continues.
   * A range that is not full was the last one: what comes after it has a doorbell of its own, and is not looked for in vain each time.
   */
  async catchUp(): Promise<number> {
    let folded = 0;
    let behind = false;
    for (;;) {
      const range = await this.foldNext(behind);
      folded += range.events;
      behind = range.fewBoxes;
      if (range.last) return folded;
    }
  }

  /** One range. Gives how many events of it were folded, whether it was the last one, and whether few boxes moved; none if another projector won. */
  private async foldNext(behind: boolean): Promise<{ events: number; last: boolean; fewBoxes: boolean }> {
    // 1. Where do we stand?
    const from = (this.checkpoint ??= await this.ports.readCheckpoint(this.partition));
    // 2. What has happened since?
    const limit = this.rangeLimit(behind);
    const events = await this.ports.readEvents(this.partition, from, limit);
    const last = events.at(-1);
    if (!last) return { events: 0, last: true, fewBoxes: false };
    try {
      // 3. Whom does it concern?
      const tenants = await this.tenantsOf(events);
      // 4. What follows from it? The tenants in memory move on here, so a failure after this point forgets them.
      const range = { partition: this.partition, from, to: last.position };
      const projection = foldRange(range, events, tenants, this.ports.newEventId);
      // 5. Write, if nobody else did.
      if (!(await this.ports.write(projection))) {
        this.forget();
        return { events: 0, last: false, fewBoxes: false };
      }
      this.checkpoint = last.position;
      this.ports.announce(projection);
      return { events: events.length, last: events.length < limit, fewBoxes: projection.boxes.length <= FEW_BOXES };
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** What is in memory is worth nothing any more: the rows are the truth. */
  private forget(): void {
    this.checkpoint = null;
    this.tenants.clear();
  }

  private async tenantsOf(events: readonly StoredEvent[]): Promise<ReadonlyMap<string, TenantBoxes>> {
    const wanted = new Map<string, TenantBoxes>();
    for (const { tenantId } of events) {
      if (wanted.has(tenantId)) continue;
      const boxes = this.tenants.get(tenantId) ?? (await this.ports.readTenant(tenantId));
      wanted.set(tenantId, boxes);
      // Re-inserting keeps the map in order of last use.
      this.tenants.delete(tenantId);
      this.tenants.set(tenantId, boxes);
    }
    for (const oldest of this.tenants.keys()) {
      if (this.tenants.size <= KEPT_TENANTS) break;
      this.tenants.delete(oldest);
    }
    return wanted;
  }
}
