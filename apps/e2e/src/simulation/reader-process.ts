import { CopyKeeper } from '#apps/widget-api/src/box-copy/keep-copy';
import type { CachedSite } from '#apps/widget-api/src/box-copy/box-copy';
import type { RowSource } from '#apps/widget-api/src/box-copy/row-source';
import { shownAt } from '#apps/widget-api/src/box-copy/shown-status';
import type { MemoryReadModel } from './memory-read-model.js';
import type { MessageBus } from './message-bus.js';
import type { CallFaults, Life, World } from './process.js';
import type { Word } from './wish.js';

const READ: CallFaults = { refused: 'read model call refused' };
/** Nobody reads what the keeper logs here. */
const SILENT = { debug: () => undefined } as never;
const RETRY_MS = 1_500;
const LOOK_MS = 1_000;

/** What an open stream sends. */
export interface Frame {
  readonly status: Word;
  readonly version: number;
  readonly found: boolean | null;
  readonly stale: boolean;
}

export interface Reading {
  readonly world: World;
  readonly readModel: MemoryReadModel;
  readonly bus: MessageBus;
  /** For planted bugs: other rows than the right ones. */
  rows(right: RowSource): RowSource;
}

/** One life of a widget-api: the real CopyKeeper, fed over the wire; streams are opened on it. */
export class Reader {
  private readonly keeper: CopyKeeper;
  private readonly streams = new Map<CachedSite, Set<() => void>>();

  constructor(
    readonly life: Life,
    { world, readModel, bus, rows }: Reading,
  ) {
    const every = (ms: number, code: () => void): (() => void) => life.every(ms, 'ticks', code);
    this.keeper = new CopyKeeper(rows(rowsOver(life, readModel)), { now: () => life.now() }, SILENT, 100, every);
    this.keeper.onChange((changed) => {
      for (const site of changed) for (const push of this.streams.get(site) ?? []) push();
    });
    const wire = bus.of(life);
    this.keeper.start({
      onReconnect: wire.onReconnect,
      subscribe: (subject, handler) =>
        wire.subscribe(subject, (body: never, on) => {
          handler(body, on);
          if (this.keeper.copy.behind().length > 0) world.faults.saw('saw: reader behind');
        }),
    });
    life.onEnd(() => this.keeper.stop());
    // What nobody tells: that the copy turned stale, or fresh again.
    life.every(LOOK_MS, 'looks', () => {
      for (const pushes of this.streams.values()) for (const push of pushes) push();
    });
  }

  /** Opens a stream: first the snapshot, then a frame whenever something changed; null is the end of the stream (no such site). */
  async open(key: string, groupId: string, receive: (frame: Frame | null) => void): Promise<() => void> {
    let site: CachedSite | null;
    try {
      site = await this.keeper.load(key);
    } catch {
      site = null;
    }
    if (!site) {
      receive(null);
      return () => undefined;
    }
    const cached = site;
    const push = (): void => receive(this.frame(cached, groupId));
    const open = this.streams.get(cached) ?? new Set();
    this.streams.set(cached, open.add(push));
    cached.watchers += 1;
    push();
    return () => {
      if (open.delete(push)) cached.watchers -= 1;
    };
  }

  /** What a GET answers now for a site that is in the copy; null: no such site, or not here. */
  peek(key: string, groupId: string): Frame | null {
    const site = this.keeper.copy.find(key);
    return site ? this.frame(site, groupId) : null;
  }

  private frame(site: CachedSite, groupId: string): Frame | null {
    const shown = shownAt(site, groupId === '' ? null : groupId, this.life.now(), this.keeper.rightUntil(site.partition));
    if (!shown) return null;
    const { status, version, group, stale } = shown.payload;
    return { status, version, found: group?.found ?? null, stale: stale === true };
  }
}

/** As postgresRows: one statement after the other, so that writes come between. */
function rowsOver(life: Life, readModel: MemoryReadModel): RowSource {
  const checkpoint = (partition: number): Promise<number> => life.call('reads a checkpoint', () => readModel.checkpoint(partition), READ);
  return {
    async readSite(key) {
      const positions = await life.call('reads the checkpoints', () => new Map(readModel.checkpoints), READ);
      const site = await life.call('reads a site', () => readModel.siteByKey(key), READ);
      if (!site || site.removed) return null;
      const boxes = await life.call('reads boxes', () => readModel.boxRows(site.siteId), READ);
      return { position: positions.get(site.partition) ?? 0, site, boxes };
    },
    async readNewer(partition, wanted) {
      const position = await checkpoint(partition);
      const sites = await life.call('reads sites again', () => readModel.siteRows(wanted.map(({ siteId }) => siteId)), READ);
      const boxes = await life.call(
        'reads newer boxes',
        () => wanted.flatMap(({ siteId, version }) => readModel.boxRows(siteId, version)),
        READ,
      );
      return { position, sites, boxes };
    },
    async readProgress() {
      const positions = await life.call('reads the progress', () => new Map(readModel.checkpoints), READ);
      const at = await life.call('reads the beacon', () => readModel.beaconAt, READ);
      return { at, positions };
    },
  };
}

/** A widget on a visitor's page: keeps a stream open, to one widget-api or another, and believes no lower version (D22). */
export class Widget {
  /** Everything that was ever sent to it. */
  readonly frames = new Map<string, Frame>();
  shown: Frame | null = null;
  readonly complaints: string[] = [];
  private connection = 0;
  private opened = 0;
  private close: () => void = () => undefined;

  constructor(
    readonly siteId: string,
    readonly key: string,
    readonly groupId: string,
    private readonly world: World,
    private readonly readers: () => readonly Reader[],
  ) {}

  /** Leaves the stream it has and opens one at any widget-api that is up. */
  connect(): void {
    this.close();
    this.close = () => undefined;
    const mine = (this.connection += 1);
    const up = this.readers().filter(({ life }) => life.alive);
    const again = (): void =>
      this.world.scheduler.in(RETRY_MS, 'a widget connects again', () => {
        if (mine === this.connection) this.connect();
      });
    if (up.length === 0) return again();
    const reader = this.world.dice.pick(up);
    reader.life.onEnd(again);
    this.opened = 0;
    const opening = reader.open(this.key, this.groupId, (frame) => {
      if (mine !== this.connection) return;
      if (frame) this.receive(frame);
      else {
        this.shown = null;
        again();
      }
    });
    void opening.then((close) => {
      if (mine === this.connection) this.close = close;
      else close();
    });
  }

  private receive(frame: Frame): void {
    if (frame.version < this.opened)
      this.complaints.push(`the stream of ${this.siteId}/${this.groupId} went back from ${this.opened} to ${frame.version}`);
    this.opened = frame.version;
    this.frames.set(`${frame.version} ${frame.status}`, frame);
    if (this.shown && frame.version < this.shown.version) return;
    if (this.shown?.found === true && frame.found === false) this.world.faults.saw('saw: group deleted under a watching widget');
    this.shown = frame;
  }
}
