import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Pools, POOLS } from '#database';
import { Readiness } from '#http-kit';
import { readDueKinds } from '#leases';
import { type Logger, LOGGER } from '#observability';
import { EndLeases } from './end-leases/end-leases.js';
import { EndTimers } from './end-timers/end-timers.js';
import { EraseMessages } from './erase-messages/erase-messages.js';
import { ExtendHolidays } from './extend-holidays/extend-holidays.js';
import { OpenAndClose } from './open-and-close/open-and-close.js';
import { SendNotices } from './send-notices/send-notices.js';
import { WatchCoverage } from './watch-coverage/watch-coverage.js';

/** Between two looks, ms: a quarter of what may make an expiry late (behaviour D9: 3 s, of which 1 s is meant). */
const LOOK_EVERY_MS = 250;
/** What is due only once an hour is asked for that seldom, ms. */
const ERASE_EVERY_MS = 10_000;
/** Whether nobody was there for a minute is asked to a second, ms. */
const COVERAGE_EVERY_MS = 1_000;

/** One thing that is looked at again and again, one look at a time; a fault is said once and tried again. */
class Round {
  trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | null = null;

  constructor(
    private readonly what: string,
    private readonly once: () => Promise<unknown>,
    private readonly log: Logger,
  ) {}

  /** Looks now and every `everyMs`. */
  start(everyMs = LOOK_EVERY_MS): void {
    this.look();
    this.#timer = setInterval(() => this.look(), everyMs);
  }

  look(): void {
    this.#underWay ??= this.#once().finally(() => (this.#underWay = null));
  }

  /** Finishes the look under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  async #once(): Promise<void> {
    try {
      await this.once();
      if (this.trouble !== null) this.log.info({ what: this.what }, 'the timekeeper goes on');
      this.trouble = null;
    } catch (error) {
      if (this.trouble === null) this.log.warn({ err: error, what: this.what }, 'the timekeeper has to wait');
      this.trouble = 'the last look failed'; // the error may name hosts and users, and this is shown at /readyz
    }
  }
}

/** A slice that carries out alarms. */
interface AlarmSlice {
  readonly kinds: readonly string[];
  /** False: it has to look before anything is due. */
  readonly caughtUp?: boolean;
  look(): Promise<unknown>;
}

/**
 * The timekeeper's rounds. Each slice has one: ten thousand leases at once must not make a timer late. Slices with alarms look when one of theirs
 * is due, which is asked for all of them at once: while nothing is due, one statement per look is all they cost.
 */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #leases: Round;
  readonly #erasing: Round;
  readonly #coverage: Round;
  readonly #bell: Round;
  readonly #alarms: readonly { readonly slice: AlarmSlice; readonly round: Round }[];

  constructor(
    leases: EndLeases,
    timers: EndTimers,
    hours: OpenAndClose,
    holidays: ExtendHolidays,
    notices: SendNotices,
    messages: EraseMessages,
    coverage: WatchCoverage,
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(LOGGER) log: Logger,
    readiness: Readiness,
  ) {
    const round = (what: string, look: () => Promise<unknown>): Round => new Round(what, look, log);
    const slices: Record<string, AlarmSlice> = { timers, 'opening hours': hours, holidays, notices };
    this.#leases = round('leases', () => leases.look());
    this.#erasing = round('messages', () => messages.look());
    this.#coverage = round('coverage', () => coverage.look());
    this.#bell = round('alarms', () => this.#ring());
    this.#alarms = Object.entries(slices).map(([what, slice]) => ({ slice, round: round(what, () => slice.look()) }));
    readiness.add('timekeeper', 'opening hours', () => (hours.caughtUp ? null : 'what fell due meanwhile is being told'));
    readiness.add('timekeeper', 'rounds', () => this.#all.find(({ trouble }) => trouble !== null)?.trouble ?? null);
  }

  onApplicationBootstrap(): void {
    this.#leases.start();
    this.#erasing.start(ERASE_EVERY_MS);
    this.#coverage.start(COVERAGE_EVERY_MS);
    this.#bell.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#all.map((round) => round.stop()));
  }

  get #all(): Round[] {
    return [this.#bell, this.#leases, this.#erasing, this.#coverage, ...this.#alarms.map(({ round }) => round)];
  }

  /** Lets those look whose alarms are due, or whose last look failed. */
  async #ring(): Promise<void> {
    const due = await readDueKinds(this.pools.engine);
    for (const { slice, round } of this.#alarms) {
      if (slice.kinds.some((kind) => due.has(kind)) || slice.caughtUp === false || round.trouble !== null) round.look();
    }
  }
}
