import { randomInt } from 'node:crypto';
import type { Clock } from '#clock';
import { type Bus, RelayCore, type RelayNotices, type RelayTarget, type StreamDeclaration, StreamTarget } from '#messaging';
import type { Logger, Metrics, Tracing } from '#observability';
import type { Work } from './one-at-a-time.js';
import type { Outbox } from './outbox.js';
import { tracedTarget } from './traced-target.js';

export interface EmptyingPorts {
  readonly outboxes: readonly Outbox[];
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly stream: StreamDeclaration;
  readonly tracing?: Tracing | null;
}

interface Relay {
  readonly outbox: Outbox;
  readonly core: RelayCore;
  /** Take the ears off again. */
  readonly ends: readonly (() => void)[];
}

// How late a pause that is over may be noticed. A tick that finds nothing due costs some microseconds.
const TICK_MS = 100;
const LAG_EVERY_TICKS = 10;

/** Publishes what the outboxes hold and what comes into them, until stopped. The rules are the core's; here are its timers and ears. */
export function emptyOutboxes(ports: EmptyingPorts): Work {
  const { bus, clock, metrics } = ports;
  const lag = metrics.gauge('ampel_relay_lag_facts', 'Facts not known to be in the stream', ['outbox', 'partition']);
  const time = { now: () => clock.now(), elapsed: () => performance.now() };
  const random = (): number => randomInt(1_000_000) / 1_000_000;
  const relays: Relay[] = ports.outboxes.map((outbox) => {
    const stream = new StreamTarget(bus, ports.stream, outbox.kind, ports.log);
    const plain = holding(() => relays.filter((relay) => relay.outbox !== outbox), stream);
    const target = ports.tracing ? tracedTarget(plain, ports.tracing) : plain;
    const notices = noticesOf(outbox, ports);
    const core = new RelayCore({ feed: outbox.feed, target, time, random, notices }, { maxAgeMs: ports.stream.maxAgeMs });
    const ends = [
      outbox.listen(bus, (partition, position) => core.ring(partition, position)),
      bus.onReconnect(() => core.lookAgain()),
    ];
    core.tick();
    return { outbox, core, ends };
  });
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    for (const { core, outbox } of relays) {
      core.tick();
      if (ticks % LAG_EVERY_TICKS === 0) for (const [partition, facts] of core.lag()) lag.set({ outbox: outbox.name, partition }, facts);
    }
  }, TICK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      for (const end of relays.flatMap(({ ends }) => ends)) end();
      lag.reset(); // whoever takes over tells it from now on
      await Promise.all(relays.map(({ core }) => core.stop()));
    },
  };
}

/** All outboxes share the stream: while one declares it anew, none of the others may go on in it as if it were the old one. */
function holding(others: () => readonly Relay[], target: RelayTarget): RelayTarget {
  return {
    streamState: () => target.streamState(),
    lastPublished: (partition) => target.lastPublished(partition),
    publish: (message, settled) => target.publish(message, settled),
    declareStream: async () => {
      const releases = await Promise.all(others().map(({ core }) => core.hold()));
      try {
        return await target.declareStream();
      } finally {
        for (const release of releases) release();
      }
    },
  };
}

function noticesOf({ name }: Outbox, { log, metrics }: EmptyingPorts): RelayNotices {
  const published = metrics.counter('ampel_relay_published_total', 'Facts that reached the stream', ['outbox']);
  const unfit = metrics.counter('ampel_relay_unfit_total', 'Facts that can never be published', ['outbox']);
  return {
    waiting: (cause) => log.warn({ err: cause, outbox: name }, 'publishing has to wait'),
    recovered: () => log.info({ outbox: name }, 'publishing goes on'),
    refilling: (why) => log.info({ outbox: name, why }, 'the stream is filled from Postgres'),
    unfit: ({ id, partition, position }, reason) => {
      unfit.inc({ outbox: name });
      log.error({ outbox: name, id, partition, position, reason }, 'a fact can never be published and was left out');
    },
    published: (messages) => published.inc({ outbox: name }, messages),
  };
}
