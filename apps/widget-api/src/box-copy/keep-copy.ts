import type { Clock } from '#clock';
import type { Bus } from '#messaging';
import type { Logger } from '#observability';
import { BoxCopy, type BoxMessage, type CachedSite } from './box-copy.js';
import { type Beacon, isBeacon, isBoxMessage } from './bus-bodies.js';
import { freshnessAt, rightUntil, STALE_AFTER_MS } from './freshness.js';
import type { RowSource } from './row-source.js';
import { RowsUnavailable, Turns } from './turns.js';
import { UnknownKeys } from './unknown-keys.js';

/** More look-ups than these wait for each other: a flood of invented keys must not take the pool from everybody else. */
const LOADS_AT_ONCE = 4;
const LOADS_WAITING = 2_000;
const TICK_MS = 1_000;
// Two beacons missed: then Postgres is asked instead, every tick.
const SILENCE_MS = 2_500;

// After a start the projector's first sign takes about a second; after this long it is taken for dead, and answers are marked stale.
const FIRST_SIGN_MS = 15_000;

/** Calls `fn` every `ms` milliseconds until the function it gives is called. A simulation brings its own. */
export type Every = (ms: number, fn: () => void) => () => void;

const everyByTimer: Every = (ms, fn) => {
  const timer = setInterval(fn, ms);
  return () => clearInterval(timer);
};

/**
 * Keeps the copy current: loads sites on first use, applies what the projector says, reloads what was missed, and asks Postgres
 * itself while nothing is heard.
 *
 * States: listening (a beacon came within SILENCE_MS) and asking (none did: Postgres is polled each second). Both serve what is there.
 */
export class CopyKeeper {
  readonly copy: BoxCopy;
  private readonly unknown = new UnknownKeys();
  private readonly loading = new Map<string, Promise<CachedSite | null>>();
  private readonly turns = new Turns(LOADS_AT_ONCE, LOADS_WAITING);
  private readonly reloading = new Map<number, Promise<void>>();
  private readonly listeners: ((changed: ReadonlySet<CachedSite>) => void)[] = [];
  private readonly shownListeners: ((ms: number) => void)[] = [];
  private readonly undo: (() => void)[] = [];
  /** Newest sign of life of the projector, by Postgres's clock; null before the first. */
  private newestSign: number | null = null;
  private beaconHeardAt = Number.NEGATIVE_INFINITY;
  private asking = false;
  private answeredAt = Number.NEGATIVE_INFINITY;
  private everFresh = false;
  private startedAt = 0;

  constructor(
    private readonly rows: RowSource,
    private readonly clock: Clock,
    private readonly log: Logger,
    capacity = 50_000,
    private readonly every: Every = everyByTimer,
  ) {
    this.copy = new BoxCopy(capacity);
  }

  /** Starts to listen and to tick. */
  start(bus: Pick<Bus, 'subscribe' | 'onReconnect'>): void {
    this.startedAt = this.clock.now();
    this.undo.push(
      bus.subscribe<BoxMessage>('box.*', (message) => this.hear(message)),
      bus.subscribe<Beacon>('beacon', (beacon) => this.hearBeacon(beacon)),
      // What was said while the bus was away is lost.
      bus.onReconnect(() => void this.ask()),
    );
    this.undo.push(this.every(TICK_MS, () => this.tick()));
    void this.ask();
  }

  stop(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  /** Told after the rows of cached sites changed. */
  onChange(listener: (changed: ReadonlySet<CachedSite>) => void): void {
    this.listeners.push(listener);
  }

  /** Told, after a change was passed on to open streams, how long ago it had been committed, ms. */
  onShown(listener: (ms: number) => void): void {
    this.shownListeners.push(listener);
  }

  /** Until when the rows of a partition are known to be right (freshness.ts). */
  rightUntil(partition: number): number {
    // Not heard of since the start is not yet dead: until it is, what was loaded is stale, and not lost.
    return rightUntil(this.newestSign ?? this.startedAt - STALE_AFTER_MS - 1, this.copy.progressOf(partition)?.behindSince ?? null);
  }

  /** A cached site, or null at once if the key was not found a moment ago; undefined: it has to be loaded. */
  find(key: string): CachedSite | null | undefined {
    const cached = this.copy.find(key);
    if (cached) return cached.site.removed ? null : cached;
    return this.unknown.has(key, this.clock.now()) ? null : undefined;
  }

  /** The site of a key, loaded on first use; concurrent calls share one look-up. Null: no such site. Throws RowsUnavailable. */
  async load(key: string): Promise<CachedSite | null> {
    const found = this.find(key);
    if (found !== undefined) return found;
    const running = this.loading.get(key);
    if (running) return running;
    const load = this.loadFirst(key).finally(() => this.loading.delete(key));
    this.loading.set(key, load);
    return load;
  }

  /** Reads what the copy of a partition misses; resolves when that is done or has failed. One reload of a partition at a time. */
  catchUp(partition: number): Promise<void> {
    const running = this.reloading.get(partition);
    if (running) return running;
    const reload = this.reload(partition).finally(() => this.reloading.delete(partition));
    this.reloading.set(partition, reload);
    return reload;
  }

  /** null if statuses can be told, else why not (for /readyz). A projector that dies later makes answers stale, not this process idle. */
  trouble(): string | null {
    const now = this.clock.now();
    if (this.newestSign !== null && freshnessAt(now, this.newestSign) === 'fresh') return null;
    if (!this.everFresh && now - this.startedAt < FIRST_SIGN_MS) return 'the projector was not heard of yet';
    return now - this.answeredAt <= STALE_AFTER_MS ? null : 'neither the projector nor Postgres was heard of for 5 s';
  }

  private hear(message: BoxMessage): void {
    if (!isBoxMessage(message)) return;
    const { partition, sites } = message;
    for (const { key } of sites) this.unknown.delete(key);
    const changed = this.copy.apply(message, this.clock.now());
    this.tell(changed);
    if (message.since !== undefined && [...changed].some(({ watchers }) => watchers > 0)) {
      const ms = Math.max(0, this.clock.now() - message.since);
      for (const listener of this.shownListeners) listener(ms);
    }
    if (this.copy.progressOf(partition)?.behind) void this.catchUp(partition);
  }

  private hearBeacon(beacon: Beacon): void {
    if (!isBeacon(beacon)) return;
    const { at, positions } = beacon;
    const now = this.clock.now();
    this.beaconHeardAt = now;
    this.sign(at, now);
    positions.forEach((position, partition) => {
      if (Number.isSafeInteger(position)) this.copy.progressOf(partition)?.announced(position, now);
    });
    this.reloadBehind();
  }

  private tick(): void {
    if (Math.abs(this.clock.now() - this.beaconHeardAt) > SILENCE_MS) void this.ask();
    else this.reloadBehind();
  }

  /** Asks Postgres what the bus would have said. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const { at, positions } = await this.rows.readProgress();
      const now = (this.answeredAt = this.clock.now());
      if (at !== null) this.sign(at, now);
      for (const [partition, position] of positions) this.copy.progressOf(partition)?.exists(position, now);
      this.reloadBehind();
    } catch (err) {
      this.log.debug({ err }, 'Postgres did not say how far the projector is');
    } finally {
      this.asking = false;
    }
  }

  private sign(at: number, now: number): void {
    // A projector whose clock runs ahead must not look alive for longer than it is.
    this.newestSign = Math.max(this.newestSign ?? Number.NEGATIVE_INFINITY, Math.min(at, now));
    this.everFresh ||= freshnessAt(now, this.newestSign) === 'fresh';
  }

  private reloadBehind(): void {
    for (const partition of this.copy.behind()) void this.catchUp(partition);
  }

  private async reload(partition: number): Promise<void> {
    try {
      for (let before = -1; ; ) {
        const newer = await this.rows.readNewer(partition, this.copy.beginReload(partition));
        this.answeredAt = this.clock.now();
        this.tell(this.copy.finishReload(partition, newer, this.answeredAt));
        const progress = this.copy.progressOf(partition);
        // Again at once only if it helped; else the next tick tries.
        if (!progress?.behind || progress.position === before) return;
        before = progress.position;
      }
    } catch (err) {
      this.log.debug({ err, partition }, 'rows could not be reloaded');
    }
  }

  private async loadFirst(key: string): Promise<CachedSite | null> {
    const done = await this.turns.take();
    const ticket = this.copy.beginLoad();
    try {
      const rows = await this.rows.readSite(key);
      const now = (this.answeredAt = this.clock.now());
      const cached = this.copy.finishLoad(ticket, rows, now);
      if (!cached && !ticket.heard.some(({ sites }) => sites.some((site) => site.key === key))) this.unknown.add(key, now);
      if (cached && this.copy.progressOf(cached.partition)?.behind) void this.catchUp(cached.partition);
      return cached;
    } catch (cause) {
      this.copy.abandonLoad(ticket);
      throw new RowsUnavailable('the rows of a site could not be read', { cause });
    } finally {
      done();
    }
  }

  private tell(changed: ReadonlySet<CachedSite>): void {
    if (changed.size > 0) for (const listener of this.listeners) listener(changed);
  }
}
