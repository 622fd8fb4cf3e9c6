import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Readiness } from '#http-kit';
import { type Logger, LOGGER } from '#observability';
import { EndLeases } from './end-leases/end-leases.js';
import { EndTimers } from './end-timers/end-timers.js';
import { EraseMessages } from './erase-messages/erase-messages.js';
import { ExtendHolidays } from './extend-holidays/extend-holidays.js';
import { OpenAndClose } from './open-and-close/open-and-close.js';
import { SendNotices } from './send-notices/send-notices.js';

/** Between two looks, ms: a quarter of what may make an expiry late (behaviour D9: 3 s, of which 1 s is meant). */
const LOOK_EVERY_MS = 250;
/** Holidays of a month are in no hurry, ms. */
const HOLIDAYS_EVERY_MS = 2_000;

/** One thing that is looked at again and again, one look at a time; a fault is said once and tried again. */
class Round {
  trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | null = null;

  constructor(
    private readonly what: string,
    private readonly look: () => Promise<unknown>,
    private readonly log: Logger,
    private readonly everyMs = LOOK_EVERY_MS,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void (this.#underWay ??= this.#once().finally(() => (this.#underWay = null))), this.everyMs);
  }

  /** Finishes the look under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  async #once(): Promise<void> {
    try {
      await this.look();
      if (this.trouble !== null) this.log.info({ what: this.what }, 'the timekeeper goes on');
      this.trouble = null;
    } catch (error) {
      if (this.trouble === null) this.log.warn({ err: error, what: this.what }, 'the timekeeper has to wait');
      this.trouble = 'the last look failed'; // the error may name hosts and users, and this is shown at /readyz
    }
  }
}

/** The timekeeper's rounds. Each slice has one: ten thousand leases at once must not make a timer late. */
@Injectable()
export class Rounds implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: readonly Round[];

  constructor(
    leases: EndLeases,
    timers: EndTimers,
    hours: OpenAndClose,
    holidays: ExtendHolidays,
    notices: SendNotices,
    messages: EraseMessages,
    @Inject(LOGGER) log: Logger,
    readiness: Readiness,
  ) {
    const looks = { leases, timers, 'opening hours': hours, notices, messages };
    this.#rounds = [
      ...Object.entries(looks).map(([what, slice]) => new Round(what, () => slice.look(), log)),
      new Round('holidays', () => holidays.look(), log, HOLIDAYS_EVERY_MS),
    ];
    readiness.add('timekeeper', 'opening hours', () => (hours.caughtUp ? null : 'what fell due meanwhile is being told'));
    readiness.add('timekeeper', 'rounds', () => this.#rounds.find(({ trouble }) => trouble !== null)?.trouble ?? null);
  }

  onApplicationBootstrap(): void {
    for (const round of this.#rounds) round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#rounds.map((round) => round.stop()));
  }
}
