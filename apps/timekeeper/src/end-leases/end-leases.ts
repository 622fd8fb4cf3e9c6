import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { leaseEnd } from '#domain/agent-presence/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { countUnsigned, expireDue, holdBack, noteKeeper, patienceOf, readNewlyArmed, readOpenLeaseNumbers, readWatched } from '#leases';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';
import { LeaseWatch } from './lease-watch.js';

/** Ends leases on time: the watch on this process's Postgres (behaviour D9, D10). */
@Injectable()
export class EndLeases {
  readonly #watch: LeaseWatch;

  constructor(
    @Inject(POOLS) { engine }: Pools,
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(SETTINGS) { leaseSeconds }: Settings,
    @Inject(LOGGER) log: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const { blindMs, graceMs } = patienceOf(leaseSeconds);
    const expired = metrics.counter('ampel_leases_expired_total', 'Sessions whose lease ran out');
    const faults = metrics.counter('ampel_lease_faults_total', 'Attempts to end a lease that failed by a fault of ours');
    const heldBack = metrics.counter('ampel_expiry_held_back_total', 'Times a sudden mass expiry was held back');
    const faulty = new Set<number>();
    const onFault = (err: unknown, leaseNo: number): void => {
      faults.inc();
      if (!faulty.has(leaseNo)) log.error({ err, leaseNo }, 'a lease that has run out cannot be ended; it is tried again and again');
      faulty.add(leaseNo);
    };
    this.#watch = new LeaseWatch({
      clock: { now: () => performance.now() },
      readOpen: (after, limit) => readOpenLeaseNumbers(engine, after, limit),
      readNewlyArmed: (withinMs) => readNewlyArmed(engine, withinMs),
      readWatched: (leaseNos) => readWatched(engine, leaseNos),
      expire: async (leaseNos) => {
        const ended = await expireDue(engine, store, leaseEnd, leaseNos, { blindMs, onFault });
        expired.inc(ended.length);
        return ended;
      },
      countUnsigned: () => countUnsigned(engine),
      holdBack: () => holdBack(engine, graceMs),
      noteKeeper: () => noteKeeper(engine),
      onHeldBack: (falling) => {
        heldBack.inc();
        log.error({ falling, heldBackMs: graceMs }, 'a sudden mass expiry was held back: is something of ours cutting agents off?');
      },
    });
  }

  /** One look; see LeaseWatch. */
  look(): Promise<number> {
    return this.#watch.look();
  }
}
