import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { EVENT_STORE, type EventStore } from '#event-store';
import { patienceOf } from '#leases';
import { type Logger, LOGGER, type Metrics, METRICS } from '#observability';
import { LeaseWatch } from './lease-watch.js';
import { watchOnPostgres } from './watch-on-postgres.js';

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
    const patience = patienceOf(leaseSeconds);
    const expired = metrics.counter('ampel_leases_expired_total', 'Sessions whose lease ran out');
    const faults = metrics.counter('ampel_lease_faults_total', 'Attempts to end a lease that failed by a fault of ours');
    const heldBack = metrics.counter('ampel_expiry_held_back_total', 'Times a sudden mass expiry was held back');
    const faulty = new Set<number>();
    const onFault = (err: unknown, leaseNo: number): void => {
      faults.inc();
      if (!faulty.has(leaseNo)) log.error({ err, leaseNo }, 'a lease that has run out cannot be ended; it is tried again and again');
      faulty.add(leaseNo);
    };
    const clock = { now: () => performance.now() };
    const onHeldBack = (falling: number): void => {
      heldBack.inc();
      log.error({ falling, heldBackMs: patience.graceMs }, 'a sudden mass expiry was held back: is something of ours cutting agents off?');
    };
    const notices = { onEnded: (leases: number) => expired.inc(leases), onFault, onHeldBack };
    this.#watch = new LeaseWatch(watchOnPostgres(engine, store, patience, clock, notices));
    metrics.observed('ampel_leases_armed', 'Entries in the wheel of deadlines', [], () => [{ value: this.#watch.watched }]);
  }

  /** One look; see LeaseWatch. */
  look(): Promise<number> {
    return this.#watch.look();
  }
}
