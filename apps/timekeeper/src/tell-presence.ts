import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Settings, SETTINGS } from '#config';
import { type Pools, POOLS } from '#database';
import { countOpenLeases, patienceOf, type PresenceNumbers, presenceNumbers } from '#leases';
import { type Metrics, METRICS } from '#observability';

/** Blindness is told to a second. ms */
const LOOK_EVERY_MS = 1_000;
/** Open leases are counted every so many looks. */
const COUNT_EVERY_LOOKS = 10;

/** Tells how presence stands: open leases, sight, blindness, what is overdue. It decides nothing. */
@Injectable()
export class TellPresence implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Of the last look that Postgres answered, with when that was (`performance.now()`). */
  #seen: (PresenceNumbers & { readonly at: number }) | null = null;
  #open: number | null = null;
  #looks = 0;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  readonly #blind: ReturnType<Metrics['counter']>;
  readonly #blindMs: number;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(SETTINGS) { leaseSeconds }: Settings,
    @Inject(METRICS) metrics: Metrics,
  ) {
    const gauge = (name: string, help: string, read: () => number | null): void =>
      metrics.observed(name, help, [], () => {
        const value = read();
        return value === null ? [] : [{ value }];
      });
    const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
    gauge('ampel_leases_open', 'Sessions whose lease runs; counted every 10 s', () => this.#open);
    gauge('ampel_sight_age_seconds', 'How long ago the beats of every agent-api were known to be recorded', () => seconds(this.#sightAgeMs()));
    const held = 'For so much longer nobody expires: after blindness of ours, or by the brake';
    gauge('ampel_expiry_held_seconds', held, () => seconds(this.#seen?.heldMs ?? null));
    const overdue = 'Timers and openings that are due and were not carried out yet';
    gauge('ampel_alarms_overdue', overdue, () => this.#seen?.overdueAlarms ?? null);
    this.#blind = metrics.counter('ampel_blind_seconds_total', 'Seconds without sight: no agent-api could record beats (behaviour D10)');
    this.#blindMs = patienceOf(leaseSeconds).blindMs;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void (this.#looking ??= this.#look().finally(() => (this.#looking = null))), LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** While Postgres is away nobody can record a beat: what was seen last grows older. */
  #sightAgeMs(): number | null {
    if (this.#seen === null || this.#seen.sightAgeMs === null) return null;
    return this.#seen.sightAgeMs + performance.now() - this.#seen.at;
  }

  async #look(): Promise<void> {
    const { engine } = this.pools;
    try {
      this.#seen = { ...(await presenceNumbers(engine)), at: performance.now() };
      if (this.#looks++ % COUNT_EVERY_LOOKS === 0) this.#open = await countOpenLeases(engine);
    } catch {
      // The rounds say that Postgres is away.
    }
    if ((this.#sightAgeMs() ?? 0) > this.#blindMs) this.#blind.inc(LOOK_EVERY_MS / 1000);
  }
}
