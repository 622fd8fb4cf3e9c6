import { SeededRandom } from '#testing';
import type { ProjectionPorts } from '#apps/projector/src/box-status/project-partition';
import { createMemoryStore, type EventStore, type StoredEvent } from '#event-store';
import type { RelayTarget } from '#messaging';
import type { RowSource } from '#apps/widget-api/src/box-copy/row-source';
import { Apis } from './api-process.js';
import { CASTS } from './casts.js';
import { checkLog } from './check-log.js';
import { checkHistory, checkRebuild, checkRows } from './check-read-model.js';
import { checkReplay } from './check-replay.js';
import { checkFeeds, checkRelay, checkWidgets, type FeedReader } from './check-readers.js';
import { Crowd } from './crowd.js';
import { type Fault, Faults } from './faults.js';
import { MemoryReadModel } from './memory-read-model.js';
import { MessageBus } from './message-bus.js';
import type { Plant } from './plant.js';
import { type Life, Process, type World } from './process.js';
import { bootProjector } from './projector-process.js';
import { Reader, Widget } from './reader-process.js';
import { bootRelay } from './relay-process.js';
import { Scheduler } from './scheduler.js';
import { StreamServer } from './stream-server.js';
import { keyOf } from './wish.js';
import { type StoreHooks, wiredStore } from './wired-store.js';
import { Witness } from './witness.js';

export interface Outcome {
  readonly seed: number;
  /** What broke; empty if all is well. At most a few of each kind. */
  readonly complaints: readonly string[];
  readonly bitten: ReadonlyMap<Fault, number>;
  /** All events, by partition and position. */
  readonly log: readonly StoredEvent[];
  readonly steps: number;
  /** Equal for equal runs. */
  readonly trace: number;
}

// Monday 2026-03-02, 08:00 UTC.
const START = Date.UTC(2026, 2, 2, 8);
const DAY_LENGTH_MS = 12_000;
/** Liveness (targets 2): commands succeed 15 s and lag is 0 30 s after the last fault; a client's own patience comes on top. */
const QUIET_MS = 40_000;
// Long enough for what is still on its way to do harm.
const LEAST_QUIET_MS = 3_000;
const MOST_COMPLAINTS = 20;

/** Plays one seed: people and faults for 12 virtual seconds, then quiet, then every check. Never throws for what it finds. */
export async function simulate(seed: number, plant: Plant = {}): Promise<Outcome> {
  const dice = new SeededRandom(seed);
  const scheduler = new Scheduler(dice.fork('scheduler'), START);
  const world: World = { scheduler, faults: new Faults(dice.fork('faults')), dice: dice.fork('world') };
  const run = new Run(world, dice.fork('people'), plant);
  const crash = (error: unknown): void => run.unexpected('the simulation itself', error);
  await run.play().catch(crash);
  return {
    seed,
    complaints: [...new Set(run.complaints)].slice(0, MOST_COMPLAINTS),
    bitten: world.faults.bitten,
    log: [...run.witness.logs.values()].flat(),
    steps: scheduler.steps,
    trace: scheduler.trace,
  };
}

class Run {
  readonly complaints: string[] = [];
  readonly witness: Witness;
  private readonly store: EventStore;
  private readonly readModel: MemoryReadModel;
  private readonly bus: MessageBus;
  private readonly server: StreamServer;
  private readonly crowd: Crowd;
  private readonly apis: Apis;
  private readonly readers = new Map<Process, Reader>();
  private readonly processes: Process[] = [];
  private readonly widgets: Widget[];
  private readonly feeds: FeedReader[];
  private readonly hooks: StoreHooks = {
    committed: (partition) => this.witness.look(partition),
    ring: (partition, position, streams) => this.bus.publish(`bell.${partition}`, { partition, position, streams }),
    conflict: () => this.world.faults.saw('saw: version conflict in the store'),
  };
  private readonly partitions = [...new Set(CASTS.map(({ partition }) => partition))];

  constructor(
    private readonly world: World,
    private readonly people: SeededRandom,
    private readonly plant: Plant,
  ) {
    this.store = createMemoryStore(world.scheduler);
    this.witness = new Witness(this.store, CASTS);
    this.readModel = plant.readModel?.() ?? new MemoryReadModel();
    this.bus = new MessageBus(world);
    this.server = new StreamServer(world);
    this.crowd = new Crowd(people);
    this.apis = new Apis(
      world,
      this.witness,
      this.crowd,
      (where, error) => this.unexpected(where, error),
      (life) => this.writingStore(life),
    );
    this.addProcesses();
    this.widgets = this.addWidgets();
    this.feeds = this.partitions.map((partition) => ({ partition, seen: [] }));
  }

  unexpected(where: string, error: unknown): void {
    this.complaints.push(`unexpected, ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  async play(): Promise<void> {
    const { scheduler, faults } = this.world;
    for (const process of this.processes) process.start();
    // A tenant is there before anything of it is: the directory's keys see to that.
    for (const each of CASTS) this.apis.want(each, this.crowd.founding(each), true);
    await scheduler.runUntil(START + 500);
    for (const each of CASTS) for (const wish of this.crowd.settingUp(each)) this.apis.want(each, wish, true);
    await scheduler.runUntil(START + 1_000);
    for (const widget of this.widgets) widget.connect();
    faults.begin();
    this.letPeopleAct();
    this.letThingsBreak();
    this.letFeedsBeRead();
    await scheduler.runUntil(START + DAY_LENGTH_MS);
    faults.end();
    for (let quiet = 0; quiet < QUIET_MS && !(quiet >= LEAST_QUIET_MS && this.isDone()); quiet += 1_000) {
      await scheduler.runUntil(START + DAY_LENGTH_MS + quiet);
    }
    await this.check();
  }

  /** Whether everybody knows everything: what is left would only be polls. */
  private isDone(): boolean {
    const { witness, readModel, server } = this;
    if (this.apis.unsettled.length > 0) return false;
    for (const [partition, log] of witness.logs) if (readModel.checkpoint(partition) !== log.length) return false;
    return (
      checkRelay(server, witness, readModel).length === 0 &&
      checkWidgets(this.widgets, [...this.readers.values()], witness, CASTS).length === 0
    );
  }

  private async check(): Promise<void> {
    const { complaints, witness, readModel } = this;
    for (const { id, wish, attempts } of this.apis.unsettled) {
      const answers = attempts.map(({ answer }) => answer.kind).join(', ');
      complaints.push(`liveness: ${id} (${JSON.stringify(wish)}) was never carried out or refused: ${answers}`);
    }
    complaints.push(...witness.complaints, ...checkLog(witness, this.apis.requests));
    for (const partition of this.partitions) complaints.push(...checkRows(readModel, witness, CASTS, partition));
    complaints.push(...checkHistory(readModel, witness, CASTS));
    complaints.push(...(await checkRebuild(readModel, this.store, witness, CASTS)), ...checkReplay(readModel, witness, CASTS));
    complaints.push(...checkFeeds(this.feeds, witness));
    complaints.push(...checkRelay(this.server, witness, readModel));
    complaints.push(...checkWidgets(this.widgets, [...this.readers.values()], witness, CASTS));
  }

  private addProcesses(): void {
    const { world, bus, readModel, server, plant, partitions } = this;
    const unexpected = (where: string, error: unknown): void => this.unexpected(where, error);
    const reading = (life: Life): EventStore => {
      const right = wiredStore(life, this.store, this.hooks);
      return plant.feed?.(right, world) ?? right;
    };
    const committed = (partition: number): void => void this.complaints.push(...checkRows(readModel, this.witness, CASTS, partition));
    const ports = (right: ProjectionPorts): ProjectionPorts => plant.ports?.(right, readModel) ?? right;
    const target = (right: RelayTarget): RelayTarget => plant.target?.(right) ?? right;
    const rows = (right: RowSource): RowSource => plant.rows?.(right) ?? right;
    const twice = (name: string, boot: (life: Life, process: Process) => void): void => {
      for (const number of [1, 2]) {
        const process: Process = new Process(`${name} ${number}`, world, (life) => boot(life, process));
        this.processes.push(process);
      }
    };
    this.processes.push(...this.apis.processes);
    twice('projector', (life) => bootProjector(life, { world, partitions, readModel, bus, store: reading, committed, ports, unexpected }));
    twice('relay', (life) => bootRelay(life, { world, server, readModel, bus, store: reading, target }));
    twice('widget-api', (life, process) => this.readers.set(process, new Reader(life, { world, readModel, bus, rows })));
  }

  private writingStore(life: Life): EventStore {
    const wired = wiredStore(life, this.store, this.hooks);
    return this.plant.store?.(wired, this.world) ?? wired;
  }

  private addWidgets(): Widget[] {
    const readers = (): Reader[] => [...this.readers.values()];
    return CASTS.flatMap(({ siteIds, groupIds }) =>
      siteIds.flatMap((siteId) =>
        ['', ...groupIds, 'nowhere'].map((groupId) => new Widget(siteId, keyOf(siteId), groupId, this.world, readers)),
      ),
    );
  }

  private letPeopleAct(): void {
    const { scheduler, faults } = this.world;
    const { people } = this;
    const next = (): void =>
      scheduler.in(people.chance(0.3) ? 0 : people.between(1, 300), 'somebody wants something', () => {
        if (!faults.active) return;
        const who = people.pick(CASTS);
        this.apis.want(who, this.crowd.wish(who));
        next();
      });
    next();
  }

  /** Kills and pauses, and a bus that restarts: what happens to processes rather than to calls. */
  private letThingsBreak(): void {
    const { scheduler, faults, dice } = this.world;
    const { server } = this;
    scheduler.in(dice.between(50, 500), 'fate', () => {
      if (!faults.active) return;
      const victim = dice.pick(this.processes);
      if (faults.strikes('process paused', 2)) victim.pause();
      if (faults.strikes('bus restarted', 0.5)) server.restart();
      if (faults.strikes('stream lost its tail', 0.5)) server.restart({ tail: dice.between(1, 12) });
      if (faults.strikes('stream wiped', 0.3)) server.restart({ wipe: true });
      if (dice.chance(0.03)) victim.kill();
      if (dice.chance(0.1)) dice.pick(this.widgets).connect();
      this.letThingsBreak();
    });
  }

  /** Somebody outside follows the feed with a cursor of the own. */
  private letFeedsBeRead(): void {
    const { scheduler, faults, dice } = this.world;
    scheduler.in(dice.between(20, 600), 'the feeds are read', async () => {
      for (const feed of this.feeds) {
        const cursor = feed.seen.at(-1)?.position ?? 0;
        feed.seen.push(...(await this.store.readPartition(feed.partition, cursor, dice.between(1, 5))));
      }
      if (faults.active) this.letFeedsBeRead();
    });
  }
}
