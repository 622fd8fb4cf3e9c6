import type { Patience } from '#leases';
import type { MemoryReadModel } from '../memory-read-model.js';
import type { World } from '../process.js';
import type { LoggedAgent, SessionCheck } from './check-sessions.js';
import type { Database } from './database.js';
import type { Truth } from './truth.js';

/** targets I9, ms after the end of the lease: with a timekeeper, and without. */
const WITH_TIMEKEEPER_MS = 5_000;
const WITHOUT_MS = 12_000;
/** behaviour D15: exact to a second; a network that takes 400 ms a call may add to that. */
const TIMER_MS = 1_000;
const SLOW_NETWORK_MS = 1_500;
/** From a return of sight to its being noticed: a flush and two slow calls. */
const NOTICED_MS = 2_000;

export interface Roles {
  readonly agentApis: readonly string[];
  readonly timekeepers: readonly string[];
  readonly projectors: readonly string[];
}

/**
 * I9: a dead session is not shown online for longer than promised, as far as nothing of ours stands in the way by the truth. Bounds are
 * asked only of times in which every agent-api was well for so long that no gate can hold any more.
 */
export class ShownCheck {
  readonly complaints: string[] = [];

  constructor(
    private readonly world: World,
    private readonly truth: Truth,
    private readonly database: Database,
    private readonly patience: Patience,
    private readonly sessions: SessionCheck,
    private readonly readModel: MemoryReadModel,
    private readonly roles: Roles,
  ) {}

  /** To be called again and again. */
  look(): void {
    const now = this.world.scheduler.now();
    for (const agent of this.sessions.agents.values()) {
      this.lookAtTimer(agent, now);
      if ((this.readModel.effectiveStatus(agent.agentId) ?? 'offline') === 'offline') continue;
      const until = this.aliveUntil(agent);
      for (const [bound, who] of [[WITH_TIMEKEEPER_MS, this.roles.timekeepers], [WITHOUT_MS, this.roles.projectors]] as const) {
        if (now <= until + bound || !this.wasSeen(now, bound) || !this.somebody(who, until, now)) continue;
        if (!this.somebody(this.roles.projectors, until, now)) continue;
        this.complaints.push(`I9: ${agent.agentId} is shown as present at ${now}, the last lease was over at ${until}`);
      }
    }
  }

  private aliveUntil({ sessions }: LoggedAgent): number {
    const ends = [...sessions.values()].map((one) => Math.min(this.sessions.presentUntil(one), one.endedAt ?? Number.POSITIVE_INFINITY));
    return Math.max(0, ...ends);
  }

  private lookAtTimer({ agentId, timer }: LoggedAgent, now: number): void {
    if (!timer) return;
    const { until } = timer;
    const bound = TIMER_MS + (this.world.faults.active ? SLOW_NETWORK_MS : 0);
    const isWell = this.truth.isTroubled('Postgres', until - 1_000, now) === false && this.somebody(this.roles.timekeepers, until, now);
    if (now > until + bound && isWell) this.complaints.push(`D15: the status for a while of ${agentId} was over at ${until}, and is not at ${now}`);
  }

  /** Was there sight for so long that nothing holds leases back? */
  private wasSeen(now: number, bound: number): boolean {
    const { graceMs, blindMs } = this.patience;
    const since = now - graceMs - blindMs - NOTICED_MS - bound;
    if ([...this.roles.agentApis, 'Postgres'].some((process) => this.truth.isTroubled(process, since, now))) return false;
    return !this.database.heldBackAt.some((at) => at > now - graceMs - bound);
  }

  private somebody(processes: readonly string[], from: number, to: number): boolean {
    return processes.some((process) => !this.truth.isTroubled(process, from - 2_000, to));
  }
}
