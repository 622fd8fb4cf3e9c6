import { patienceOf, type Patience, type Sql } from '#leases';
import type { SeededRandom } from '#testing';
import { checkRows } from '../check-read-model.js';
import type { Fault } from '../faults.js';
import { MemoryReadModel } from '../memory-read-model.js';
import { MessageBus } from '../message-bus.js';
import { type CallFaults, type Life, Process, type World } from '../process.js';
import { bootProjector } from '../projector-process.js';
import type { Cast } from '../wish.js';
import { type StoreHooks, wiredStore } from '../wired-store.js';
import { Witness } from '../witness.js';
import { AgentApi } from './agent-apis.js';
import { SessionCheck } from './check-sessions.js';
import { ShownCheck } from './check-shown.js';
import { Database, Line } from './database.js';
import { Device } from './device.js';
import type { PresencePlant, Role } from './plant.js';
import { presenceStore, type TransactionFaults } from './presence-store.js';
import { bootStandIn, bootTimekeeper } from './timekeeper-process.js';
import { Truth } from './truth.js';

/** A phone that push messages reach stays for so many leases. */
const PUSH_LEASES = 3;

const COMMIT: CallFaults = {
  refused: 'store call refused',
  unknown: 'append outcome unknown',
  crashBefore: 'crash before commit',
  crashAfter: 'crash after commit',
};
const EXPIRY: CallFaults = {
  refused: 'store call refused',
  unknown: 'append outcome unknown',
  crashBefore: 'crash between select and append',
  crashAfter: 'crash after an expiry was committed',
};
const FLUSH: CallFaults = { refused: 'flush failed', unknown: 'flush outcome unknown' };

/** Everything that takes part in a run: Postgres, two processes of each role, and those who look at all of it. */
export class House {
  readonly world: World;
  readonly truth: Truth;
  readonly database: Database;
  readonly readModel = new MemoryReadModel();
  readonly bus: MessageBus;
  readonly witness: Witness;
  readonly sessions: SessionCheck;
  readonly shown: ShownCheck;
  readonly complaints: string[] = [];
  readonly patience: Patience;
  readonly pushSeconds: number;
  readonly apis = new Map<Process, AgentApi>();
  readonly agentApis: readonly Process[];
  readonly timekeepers: readonly Process[];
  readonly projectors: readonly Process[];
  readonly hooks: StoreHooks = {
    committed: (partition) => this.noteCommit(partition),
    ring: (partition, position, streams) => this.bus.publish(`bell.${partition}`, { partition, position, streams }),
    conflict: () => undefined,
  };
  private readonly noted = new Map<number, number>();

  constructor(
    world: World,
    private readonly casts: readonly Cast[],
    readonly leaseSeconds: number,
    readonly plant: PresencePlant,
  ) {
    this.truth = new Truth(() => world.scheduler.now());
    this.world = { ...world, trouble: this.truth.trouble };
    this.patience = patienceOf(leaseSeconds);
    this.pushSeconds = leaseSeconds * PUSH_LEASES;
    this.database = new Database(this.world);
    plant.database?.(this.database);
    this.bus = new MessageBus(this.world);
    this.witness = new Witness(this.database.store, casts);
    this.sessions = new SessionCheck(this.world, this.truth, this.database, this.patience, this.pushSeconds * 1_000, () => this.agentApis);
    const two = (name: string, boot: (life: Life, process: Process) => void): Process[] =>
      [1, 2].map((n) => {
        const process: Process = new Process(`${name} ${n}`, this.world, (life) => boot(life, process));
        return process;
      });
    this.agentApis = two('agent-api', (life, process) => this.bootApi(life, process));
    this.timekeepers = two('timekeeper', (life) => this.bootKeeper(life));
    this.projectors = two('projector', (life) => this.bootProjecting(life));
    const names = (processes: readonly Process[]): string[] => processes.map(({ name }) => name);
    this.shown = new ShownCheck(this.world, this.truth, this.database, this.patience, this.sessions, this.readModel, {
      agentApis: names(this.agentApis),
      timekeepers: names(this.timekeepers),
      projectors: names(this.projectors),
    });
  }

  get processes(): readonly Process[] {
    return [...this.agentApis, ...this.timekeepers, ...this.projectors];
  }

  start(): void {
    for (const process of this.processes) process.start();
  }

  device({ tenantId, partition }: Cast, agentId: string, kind: 'desktop' | 'mobile', dice: SeededRandom): Device {
    const { world, truth, apis, agentApis: processes } = this;
    const unexpected = (where: string, error: unknown): void => this.unexpected(where, error);
    return new Device({ tenantId, partition, agentId, leaseSeconds: this.leaseSeconds }, kind, { world, truth, dice, apis, processes, unexpected });
  }

  unexpected(where: string, error: unknown): void {
    this.complaints.push(`unexpected, ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }

  private bootApi(life: Life, process: Process): void {
    const { world, truth, patience, bus, plant } = this;
    const line = new Line(life, this.database);
    const sql = this.heard(line.pool((statement) => (statement === 'writes beats' ? FLUSH : {})), 'agent-api', life);
    const store = presenceStore(line, {
      hooks: this.hooks, commit: COMMIT, sql: (right) => this.heard(right, 'agent-api', life), onEnded: () => this.sawEnded(),
    });
    const isSeen = (node: string): boolean => this.database.leases.tables.sight.has(node);
    this.apis.set(process, new AgentApi(life, { world, truth, patience, bus, sql, store, isSeen, beatsRevive: plant.beatsRevive === true }));
    life.onEnd(() => this.apis.delete(process));
  }

  private bootKeeper(life: Life): void {
    const { world, patience } = this;
    const { sql, store } = this.expiring(life, 'timekeeper');
    bootTimekeeper(life, { world, patience, sql, store, unexpected: (where, error) => this.unexpected(where, error) });
  }

  private bootProjecting(life: Life): void {
    const { world, patience, readModel, bus } = this;
    const unexpected = (where: string, error: unknown): void => this.unexpected(where, error);
    const { line, sql, store } = this.expiring(life, 'projector');
    bootStandIn(life, { world, patience, sql, store, unexpected });
    bootProjector(life, {
      world,
      partitions: this.casts.map(({ partition }) => partition),
      readModel,
      bus,
      store: () => wiredStore(line, this.database.store, this.hooks),
      committed: (partition) => void this.complaints.push(...checkRows(readModel, this.witness, this.casts, partition)),
      ports: (right) => right,
      unexpected,
    });
  }

  /** Whoever ends leases: may die or stop in the middle of it. */
  private expiring(life: Life, role: 'timekeeper' | 'projector') {
    const { faults, dice } = this.world;
    const line = new Line(life, this.database);
    const sql = this.heard(line.pool(), role, life);
    const pause = (fault: Fault) => async (): Promise<void> => {
      if (!faults.strikes(fault, 3)) return;
      life.pause(dice.between(1, 3) * this.leaseSeconds * 1_000 + 8_000);
      await life.running();
    };
    const transactions: TransactionFaults = {
      commit: EXPIRY,
      beforeLock: pause('paused between select and lock'),
      beforeCommit: pause('paused in the middle of an expiry'),
    };
    const hooks = { ...this.hooks, conflict: () => faults.saw('saw: expiry met another writer') };
    const right = presenceStore(line, { hooks, ...transactions, sql: (within) => this.heard(within, role, life), onEnded: () => this.sawEnded() });
    return { line, sql, store: this.plant.expiringStore?.(right) ?? right };
  }

  private heard(right: Sql, role: Role, life: Life): Sql {
    return this.plant.sql?.(right, role, life) ?? right;
  }

  private sawEnded(): void {
    this.world.faults.saw('saw: transaction ended by the server');
  }

  private async noteCommit(partition: number): Promise<void> {
    await this.witness.look(partition);
    const log = this.witness.logs.get(partition) ?? [];
    for (const event of log.slice(this.noted.get(partition) ?? 0)) this.sessions.take(event);
    this.noted.set(partition, log.length);
  }
}
