import { type Clock, measuredClock } from '#clock';
import type { Settings } from '#config';
import { createPools, type Pools } from '#database';
import { type Bus, connectBus } from '#messaging';
import type { Logger, Tracing } from '#observability';

/** What every role of a process shares. */
export interface Runtime {
  readonly pools: Pools;
  readonly bus: Bus;
  readonly clock: Clock;
  /** null: nobody collects traces. */
  readonly tracing: Tracing | null;
}

/** Connects lazily: nothing here fails because a server is away. `given` parts are used as they are and not closed. */
export function openRuntime(
  settings: Settings & { databaseUrl: string; natsUrl: string },
  logger: Logger,
  given: Partial<Runtime> = {},
): Runtime & { close(): Promise<void> } {
  const onError = (err: Error): void => logger.debug({ err }, 'an idle connection to Postgres broke');
  const pools = given.pools ?? createPools(settings.databaseUrl, { onError, tracing: given.tracing ?? null });
  const bus = given.bus ?? connectBus(settings, logger);
  const clock = given.clock ?? startClock(pools);
  return {
    pools,
    bus,
    clock,
    tracing: given.tracing ?? null,
    close: async () => {
      if (!given.clock) (clock as ReturnType<typeof startClock>).stop();
      if (!given.bus) await bus.close();
      if (!given.pools) await pools.close();
    },
  };
}

function startClock(pools: Pools): ReturnType<typeof measuredClock> {
  const clock = measuredClock(async () => {
    const { rows } = await pools.engine.query<{ now: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
    return rows[0]?.now ?? Number.NaN;
  });
  void clock.measure();
  return clock;
}
