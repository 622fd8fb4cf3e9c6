import type { BoxRow, Instant, SiteRow } from '#read-model';
import { PartitionProgress } from './partition-progress.js';

/** `box.<partition>`: what the projector committed by moving the partition's checkpoint from `from` to `to`. */
export interface BoxMessage {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly boxes: readonly BoxRow[];
  readonly sites: readonly SiteRow[];
  readonly since?: number; // when the oldest change of a status in it was committed; absent if none changed
}

/** A site as read from Postgres: the checkpoint of its partition (`position`) before the site, the site before its boxes. */
export interface LoadedSite {
  readonly position: number;
  readonly site: SiteRow;
  readonly boxes: readonly BoxRow[];
}

/** The rows of a partition that are newer than the cached ones, read in the same order: checkpoint, sites, boxes. */
export interface NewerRows {
  readonly position: number;
  readonly sites: readonly SiteRow[];
  readonly boxes: readonly BoxRow[];
}

/** A cached site and its boxes by group id (`''`: its own), tombstones included. */
export interface CachedSite {
  readonly siteId: string;
  readonly tenantId: string;
  readonly partition: number;
  readonly key: string;
  site: SiteRow;
  /** Position from which `site` is known to be true: the row has no version of its own for a change of origins. */
  siteAsOf: number;
  /** The site's counter up to which no change of a box is missing; a reload asks for what is above. */
  completeTo: number;
  readonly boxes: Map<string, BoxRow>;
  /** Bytes made from the rows; whoever makes them puts them here, and they go with the rows (see answers.ts). */
  readonly made: Map<string, unknown>;
  /** Open streams: a site that somebody watches is not forgotten. */
  watchers: number;
  used: boolean;
}

/** A load under way; keeps what is heard meanwhile. */
export interface LoadTicket {
  readonly heard: BoxMessage[];
  overflowed: boolean;
}

// A load takes milliseconds. Beyond this many messages the partition is simply reloaded afterwards.
const MAX_HEARD = 2_000;
// Behind a gap, per partition, for the milliseconds of a reload: as many as PartitionProgress remembers.
const MAX_HELD = 1_000;
// Sites looked at per site taken in, so that finding room stays cheap when nearly all are in use; the next one goes on looking.
const MAX_TURNS = 1_000;

interface FollowedPartition {
  readonly progress: PartitionProgress;
  readonly sites: Set<CachedSite>;
  lowestAdded: number;
  /** Messages from behind a gap. */
  held: BoxMessage[];
}

/**
 * This process's copy of the rows it serves. Pure: no clock, no wire; it is told what was read and heard, in any order.
 *
 * Invariants: a box never goes back to a lower version; the boxes of a site are together as they once were in Postgres, so what comes
 *   after a gap waits (a missing group would be answered with the site's newer version, and then with its own, lower one); when nothing
 *   is behind, the rows equal those of Postgres at the partition's position or later; at most `capacity` sites that nobody watches.
 */
export class BoxCopy {
  private readonly byKey = new Map<string, CachedSite>();
  private readonly byId = new Map<string, CachedSite>();
  private readonly partitions = new Map<number, FollowedPartition>();
  private readonly loads = new Set<LoadTicket>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.byKey.size;
  }

  /** The cached site of a key; a removed one too (its `site.removed` says so). */
  find(key: string): CachedSite | undefined {
    const cached = this.byKey.get(key);
    if (cached) cached.used = true;
    return cached;
  }

  progressOf(partition: number): PartitionProgress | undefined {
    return this.partitions.get(partition)?.progress;
  }

  /** Partitions of which something is missing. */
  behind(): number[] {
    return [...this.partitions].filter(([, { progress }]) => progress.behind).map(([partition]) => partition);
  }

  /** To be called before the rows are asked for. */
  beginLoad(): LoadTicket {
    const ticket: LoadTicket = { heard: [], overflowed: false };
    this.loads.add(ticket);
    return ticket;
  }

  abandonLoad(ticket: LoadTicket): void {
    this.loads.delete(ticket);
  }

  /** Takes a site in; null if there is none of this key. */
  finishLoad(ticket: LoadTicket, loaded: LoadedSite | null, now: Instant): CachedSite | null {
    this.loads.delete(ticket);
    if (!loaded) return null;
    const { site, boxes, position } = loaded;
    const known = this.byKey.get(site.key);
    if (known) return known;
    const cached = this.insert(site, position);
    for (const box of boxes) takeBox(cached, box);
    // What was heard while the rows were on their way counts for this site too, as far as it joins on without a gap.
    const reached = new PartitionProgress(position);
    for (const message of ticket.overflowed ? [] : ticket.heard.sort((a, b) => a.from - b.from)) {
      if (message.partition !== site.partition) continue;
      if (message.from > reached.position) reached.exists(message.to, now);
      else {
        this.takeRows(message, message.to, new Set(), cached);
        reached.heard(message.from, message.to, now);
      }
    }
    const own = this.partitions.get(site.partition);
    if (own) {
      own.progress.lowerTo(reached.position, now);
      own.lowestAdded = Math.min(own.lowestAdded, reached.position);
      own.sites.add(cached);
    } else {
      this.partitions.set(site.partition, { progress: reached, sites: new Set([cached]), lowestAdded: reached.position, held: [] });
    }
    this.evict();
    return cached;
  }

  /** Applies a message; gives the cached sites whose rows it changed. */
  apply(message: BoxMessage, now: Instant): Set<CachedSite> {
    for (const load of this.loads) {
      if (load.heard.length < MAX_HEARD) load.heard.push(message);
      else load.overflowed = true;
    }
    const changed = new Set<CachedSite>();
    const own = this.partitions.get(message.partition);
    if (!own) return changed;
    const joinsOn = message.from <= own.progress.position;
    if (!joinsOn && own.held.length >= MAX_HELD) {
      own.progress.exists(message.to, now);
      return changed;
    }
    if (joinsOn) this.takeRows(message, message.to, changed);
    else own.held.push(message);
    own.progress.heard(message.from, message.to, now);
    this.takeHeld(own, changed);
    return changed;
  }

  /** What to ask Postgres for when a partition is behind. One reload of a partition at a time. */
  beginReload(partition: number): { tenantId: string; siteId: string; version: number }[] {
    const own = this.partitions.get(partition);
    if (!own) return [];
    own.lowestAdded = Infinity;
    return [...own.sites].map(({ tenantId, siteId, completeTo: version }) => ({ tenantId, siteId, version }));
  }

  /** Applies what a reload found; gives the cached sites it changed. */
  finishReload(partition: number, rows: NewerRows, now: Instant): Set<CachedSite> {
    const changed = new Set<CachedSite>();
    const own = this.partitions.get(partition);
    if (!own) return changed;
    this.takeRows(rows, rows.position, changed);
    for (const { siteId, version } of rows.sites) {
      const cached = this.byId.get(siteId);
      if (cached) cached.completeTo = Math.max(cached.completeTo, version);
    }
    // A site that came in while the reload was under way was not asked for: the partition is complete only as far as that site is.
    own.progress.reached(Math.min(rows.position, own.lowestAdded), now);
    own.lowestAdded = Infinity;
    this.takeHeld(own, changed);
    return changed;
  }

  /** Takes in what was held back, as far as nothing is missing in front of it any more. */
  private takeHeld(own: FollowedPartition, changed: Set<CachedSite>): void {
    const { held, progress } = own;
    own.held = held.filter(({ to }) => to > progress.position);
    for (const message of held) if (message.to <= progress.position) this.takeRows(message, message.to, changed);
  }

  private takeRows(rows: Pick<NewerRows, 'boxes' | 'sites'>, asOf: number, changed: Set<CachedSite>, only?: CachedSite): void {
    for (const site of rows.sites) {
      const cached = this.byId.get(site.siteId);
      if (!cached || (only && cached !== only) || asOf < cached.siteAsOf) continue;
      cached.siteAsOf = asOf;
      if (site.removed !== cached.site.removed) changed.add(cached);
      cached.site = site;
    }
    for (const box of rows.boxes) {
      const cached = this.byId.get(box.siteId);
      if (cached && (!only || cached === only) && takeBox(cached, box)) changed.add(cached);
    }
  }

  private insert(site: SiteRow, position: number): CachedSite {
    const { siteId, tenantId, partition, key, version } = site;
    const cached: CachedSite = {
      ...{ siteId, tenantId, partition, key, site, siteAsOf: position },
      ...{ completeTo: version, boxes: new Map(), made: new Map(), watchers: 0, used: true },
    };
    this.byKey.set(key, cached);
    this.byId.set(siteId, cached);
    return cached;
  }

  /** Second chance: the oldest site that nobody watches and that was not asked for since its last turn goes. */
  private evict(): void {
    for (let turns = MAX_TURNS; this.byKey.size > this.capacity && turns > 0; turns--) {
      const [key, oldest] = this.byKey.entries().next().value as [string, CachedSite];
      this.byKey.delete(key);
      if (oldest.watchers > 0 || oldest.used) {
        oldest.used = false;
        this.byKey.set(key, oldest);
        continue;
      }
      this.byId.delete(oldest.siteId);
      const own = this.partitions.get(oldest.partition);
      own?.sites.delete(oldest);
      if (own?.sites.size === 0) this.partitions.delete(oldest.partition);
    }
  }
}

/** Lower versions are dropped, equal ones applied (behaviour D22). Gives whether the box changed. */
function takeBox(cached: CachedSite, box: BoxRow): boolean {
  const id = box.groupId ?? '';
  const known = cached.boxes.get(id);
  if (known && box.version < known.version) return false;
  cached.boxes.set(id, box);
  if (known && JSON.stringify(known) === JSON.stringify(box)) return false;
  cached.made.clear();
  return true;
}
