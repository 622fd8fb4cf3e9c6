import type { AgentEvent } from '#domain/agent-presence/index';
import { addAgent, agentFold } from '#domain/agent-presence/index';
import { addSite, addTenant, siteFold, tenantFold } from '#domain/tenant-settings/index';
import { handleCommand, type StreamFold } from '#event-store';
import { SeededRandom } from '#testing';
import { checkHistory, checkRebuild, checkRows } from '../check-read-model.js';
import { checkReplay } from '../check-replay.js';
import { Faults, PRESENCE_FAULTS } from '../faults.js';
import { Scheduler } from '../scheduler.js';
import type { Outcome } from '../simulate.js';
import { type Cast, keyOf } from '../wish.js';
import type { Device } from './device.js';
import { House } from './house.js';
import { letPeopleAct } from './people.js';
import type { PresencePlant } from './plant.js';
import { letThingsBreak } from './weather.js';

/** Monday 2026-03-02, 08:00 UTC. */
const START = Date.UTC(2026, 2, 2, 8);
/** From then on things go wrong. */
const MORNING_MS = 1_000;
const DAY_MS = 26_000;
/** Liveness: after the last fault everything is settled within the longest of all waits (a zombie's, the grace, the lease, the backstop). */
const QUIET_MS = 120_000;
const MOST_COMPLAINTS = 20;

const CASTS: readonly Cast[] = [cast('p1', 7, 3), cast('p2', 21, 2)];
/** In some seeds there are so many that they may fall silent together, and the brake has something to do (behaviour D10). */
const CROWD = cast('p3', 40, 64);

/** One seed of presence: devices, two processes of each role, and everything that may go wrong with time. Never throws for what it finds. */
export async function simulatePresence(seed: number, plant: PresencePlant = {}): Promise<Outcome> {
  const dice = new SeededRandom(`presence ${seed}`);
  const scheduler = new Scheduler(dice.fork('scheduler'), START);
  const faults = new Faults(dice.fork('faults'), PRESENCE_FAULTS);
  const nature = dice.fork('nature');
  // A lease that is short, so that a day of seconds sees many; in some seeds one that is longer than the grace can be.
  const leaseSeconds = nature.pick([4, 4, 4, 6, 12]);
  const isCrowded = nature.chance(0.06);
  const casts = isCrowded ? [CROWD] : CASTS;
  const house = new House({ scheduler, faults, dice: dice.fork('world') }, casts, leaseSeconds, plant);
  const run = new PresenceRun(house, dice, casts, isCrowded);
  await run.play().catch((error: unknown) => house.unexpected('the simulation itself', error));
  return {
    seed,
    complaints: [...new Set([...run.complaints, ...house.complaints])].slice(0, MOST_COMPLAINTS),
    bitten: faults.bitten,
    log: [...house.witness.logs.values()].flat(),
    steps: scheduler.steps,
    trace: scheduler.trace,
  };
}

class PresenceRun {
  readonly complaints: string[] = [];
  private readonly devices: Device[] = [];

  constructor(
    private readonly house: House,
    private readonly dice: SeededRandom,
    private readonly casts: readonly Cast[],
    private readonly isCrowded: boolean,
  ) {}

  async play(): Promise<void> {
    const { house } = this;
    const { scheduler, faults } = house.world;
    const nature = this.dice.fork('day');
    await this.setUp();
    house.start();
    for (const one of this.casts) for (const agentId of one.agentIds) this.devices.push(house.device(one, agentId, 'desktop', nature));
    if (!this.isCrowded) this.devices.push(house.device(this.casts[0] as Cast, 'p1-agent1', 'mobile', nature));
    for (const device of this.devices) scheduler.in(nature.between(0, MORNING_MS), 'a device is switched on', () => device.switchOn());
    this.lookAround();
    await scheduler.runUntil(START + MORNING_MS);
    // In a third of the seeds one thing goes wrong, again and again, and everything else is well: there bounds can be asked for.
    if (nature.chance(0.35)) faults.only(nature.pick(PRESENCE_FAULTS.filter((fault) => !fault.startsWith('saw:'))));
    if (house.plant.weather) faults.only(house.plant.weather);
    faults.begin();
    const extra = letThingsBreak(house, this.dice.fork('fate'));
    letPeopleAct(house.world, this.dice.fork('people'), this.devices, this.isCrowded, () => scheduler.now() < extra.until);
    await scheduler.runUntil(START + DAY_MS);
    await scheduler.runUntil(START + DAY_MS + extra.ms);
    faults.end();
    // Half of them are left on: they must be there in the end, and nobody else.
    for (const device of this.devices) if (nature.chance(0.5)) device.switchOff(true);
    for (let quiet = 0; quiet < QUIET_MS && !this.isDone(); quiet += 1_000) await scheduler.runUntil(scheduler.now() + 1_000);
    await this.check();
  }

  private async setUp(): Promise<void> {
    for (const { tenantId, partition, agentIds, siteIds } of this.casts) {
      const { leaseSeconds } = this.house;
      await this.fact(tenantId, partition, `tenant-${tenantId}`, tenantFold as never, (tenant) =>
        addTenant({ tenantId, plan: 'pro', leaseSeconds }, tenant as never));
      const siteId = siteIds[0] as string;
      await this.fact(tenantId, partition, `site-${siteId}`, siteFold as never, (site) =>
        addSite({ siteId, key: keyOf(siteId), origins: [], timeZone: 'Europe/Berlin' }, site as never));
      for (const agentId of agentIds)
        await this.fact(tenantId, partition, `agent-${agentId}`, agentFold, (agent) =>
          addAgent({ agentId, groupIds: [], role: 'agent' }, agent as never));
      await this.house.hooks.committed(partition);
    }
  }

  private async fact(
    tenantId: string, partition: number, streamId: string, fold: StreamFold<unknown, AgentEvent>, decide: (state: unknown) => readonly object[],
  ): Promise<void> {
    await handleCommand(this.house.database.store, {
      stream: { tenantId, partition, streamId }, fold, decide: (state) => decide(state) as AgentEvent[], actor: { kind: 'system', id: 'set-up' },
    });
  }

  private lookAround(): void {
    const { world, shown } = this.house;
    world.scheduler.in(500, 'somebody looks at the boxes', () => {
      shown.look();
      this.lookAround();
    });
  }

  /** Whoever left is gone, timers are over, and the rows say so. */
  private isDone(): boolean {
    return this.house.world.scheduler.now() >= START + DAY_MS + 3_000 && this.unsettled().length === 0;
  }

  private unsettled(): string[] {
    const { house } = this;
    const now = house.world.scheduler.now();
    const held = new Set(this.devices.flatMap(({ session }) => session?.sessionId ?? []));
    const open: string[] = [];
    for (const { agentId, sessions, timer } of house.sessions.agents.values()) {
      for (const [id, session] of sessions) if (session.endedAt === null && !held.has(id)) open.push(`${agentId}: ${id} is still open at ${now}`);
      if (timer && timer.until < now) open.push(`${agentId}: its status for a while is not over at ${now}`);
    }
    for (const device of this.devices) {
      const isThere = device.session && house.sessions.agents.get(device.agent.agentId)?.sessions.get(device.session.sessionId)?.endedAt === null;
      if (device.isOn && !isThere) open.push(`${device.agent.agentId} is not there, though its device is on`);
    }
    for (const [partition, log] of house.witness.logs) {
      if (house.readModel.checkpoint(partition) !== log.length) open.push(`partition ${partition} is behind`);
    }
    return open;
  }

  private async check(): Promise<void> {
    const { house, complaints, casts } = this;
    const { witness, readModel } = house;
    complaints.push(...this.unsettled().map((text) => `liveness: ${text}`));
    complaints.push(...house.sessions.atTheEnd(), ...house.shown.complaints, ...witness.complaints);
    for (const { partition } of casts) complaints.push(...checkRows(readModel, witness, casts, partition));
    complaints.push(...checkHistory(readModel, witness, casts));
    complaints.push(...(await checkRebuild(readModel, house.database.store, witness, casts)), ...checkReplay(readModel, witness, casts));
  }
}

function cast(tenantId: string, partition: number, agents: number): Cast {
  const agentIds = Array.from({ length: agents }, (_, i) => `${tenantId}-agent${i + 1}`);
  return { tenantId, partition, agentIds, groupIds: [], siteIds: [`${tenantId}-site`] };
}
