import { EndTimers } from '#apps/timekeeper/src/end-timers/end-timers';
import { LeaseWatch } from '#apps/timekeeper/src/end-leases/lease-watch';
import { watchOnPostgres } from '#apps/timekeeper/src/end-leases/watch-on-postgres';
import { StandIn } from '#apps/projector/src/backstop/stand-in';
import type { EventStore } from '#event-store';
import type { Patience, Sql } from '#leases';
import { createMetrics } from '#observability';
import type { Life, World } from '../process.js';

const LOOK_MS = 250;
const STAND_IN_MS = 1_000;
/** Nobody reads them here. */
const NO_METRICS = createMetrics({ processMetrics: false });

export interface Keeping {
  readonly world: World;
  readonly patience: Patience;
  readonly sql: Sql;
  readonly store: EventStore;
  unexpected(where: string, error: unknown): void;
}

/** A timekeeper: the real watch and the real timers, in rounds of their own as rounds.ts has them. */
export function bootTimekeeper(life: Life, { world, patience, sql, store, unexpected }: Keeping): void {
  const clock = { now: () => life.steady() };
  const onFault = (error: unknown): void => unexpected(`${life.name}, a lease`, error);
  const onEnded = (leases: number): void => {
    for (let i = 0; i < leases; i += 1) world.faults.saw('saw: lease ended by the timekeeper');
  };
  const watch = new LeaseWatch(watchOnPostgres(sql, store, patience, clock, { onEnded, onFault, onHeldBack: () => undefined }));
  const log = { error: ({ err }: { err: unknown }) => unexpected(`${life.name}, a timer`, err) };
  const timers = new EndTimers({ engine: sql } as never, store, log as never, NO_METRICS);
  for (const look of [() => watch.look(), () => timers.look()]) everyRound(life, LOOK_MS, look);
}

/** The projector's second duty: to stand in for a silent timekeeper. */
export function bootStandIn(life: Life, { world, patience, sql, store, unexpected }: Keeping): void {
  const standIn = new StandIn(sql, store, {
    patience,
    clock: { now: () => life.steady() },
    onChange: () => undefined,
    onFault: (error) => unexpected(`${life.name}, the backstop`, error),
    onHeldBack: () => undefined,
  });
  everyRound(life, STAND_IN_MS, async () => {
    const ended = await standIn.look();
    for (let i = 0; i < ended; i += 1) world.faults.saw('saw: lease ended by the backstop');
  });
}

/** One look at a time; one that fails is followed by the next. */
function everyRound(life: Life, ms: number, look: () => Promise<unknown>): void {
  let underWay = false;
  const done = (): void => void (underWay = false);
  life.every(ms, 'looks', () => {
    if (underWay) return;
    underWay = true;
    look().then(done, done);
  });
}
