import type { SeededRandom } from '#testing';
import type { Process } from '../process.js';
import type { House } from './house.js';

const HOUR_MS = 3_600_000;
/** An outage of ten minutes is five leases of two minutes (targets 3). */
const MANY_LEASES = 12;

/**
 * What happens to processes, machines and connections, as long as things may go wrong. Gives by how much the day becomes longer, because
 * for a long time nobody of us was there.
 */
export function letThingsBreak(house: House, dice: SeededRandom): { ms: number; until: number } {
  const { world, database, agentApis, timekeepers, processes, leaseSeconds } = house;
  const { scheduler, faults } = world;
  const leaseMs = leaseSeconds * 1_000;
  const extra = { ms: 0, until: 0 };
  const aWhile = (): number => Math.round(leaseMs * (0.3 + 2.2 * dice.next()));
  const all = (some: readonly Process[], ms: number): void => some.forEach((process) => process.leave(ms + dice.between(0, 500)));
  const away = (ms: number): void => {
    database.goAway(ms);
    world.trouble?.('Postgres', scheduler.now(), scheduler.now() + ms);
  };
  const fate = (): void =>
    scheduler.in(dice.between(100, 1_500), 'fate', () => {
      if (!faults.active || scheduler.now() < extra.until) return scheduler.now() < extra.until ? fate() : undefined;
      const victim = dice.pick(processes);
      if (faults.strikes('process paused')) victim.pause();
      if (faults.strikes('process killed')) victim.kill();
      if (faults.strikes('paused beyond the lease')) victim.pause(leaseMs + aWhile());
      if (faults.strikes('machine asleep')) victim.sleep(leaseMs + aWhile());
      if (faults.strikes('clock of a machine jumped')) victim.wallError = dice.pick([-HOUR_MS, HOUR_MS, 0]);
      if (faults.strikes('Postgres restarted')) away(0);
      if (faults.strikes('Postgres away')) away(aWhile());
      if (faults.strikes('agent-api cut off')) database.cut(dice.pick(agentApis).name, aWhile(), false);
      if (faults.strikes('agent-api cut off in silence')) database.cut(dice.pick(agentApis).name, aWhile(), true);
      if (faults.strikes('timekeeper cut off in silence')) database.cut(dice.pick(timekeepers).name, aWhile(), true);
      if (faults.strikes('agent-api stopped and started')) stop(dice.pick(agentApis));
      if (faults.strikes('no agent-api for a while')) all(agentApis, aWhile());
      if (faults.strikes('no timekeeper for a while')) all(timekeepers, 2 * aWhile() + 6_000);
      if (extra.ms === 0 && faults.strikes('none of us for many leases', 0.1)) {
        extra.ms = MANY_LEASES * leaseMs;
        extra.until = scheduler.now() + extra.ms;
        all(processes, extra.ms);
      }
      fate();
    });
  fate();
  return extra;

  /** SIGTERM: it takes no more requests, writes what it has and says goodbye. */
  function stop(process: Process): void {
    const api = house.apis.get(process);
    if (!api) return;
    house.apis.delete(process);
    void api.stop().then(() => api.life.alive && process.leave(dice.between(50, 2_000)));
  }
}
