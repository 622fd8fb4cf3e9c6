import { versions } from 'node:process';
import { Inject, Injectable } from '@nestjs/common';
import { type Pools, POOLS } from '#database';
import { OPENING_ALARM } from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { type Logger, LOGGER } from '#observability';
import { ringOpenings, wakeForZoneData } from '#openings';

/** Sites looked at at once: ten thousand shops that close at one instant do so within a second or two. */
const PER_LOOK = 10_000;

/** Opens and closes the boxes of sites and groups by their hours, to the second (rule 3). */
@Injectable()
export class OpenAndClose {
  readonly kinds = [OPENING_ALARM];
  readonly #faulty = new Set<string>();
  #caughtUp = false;
  #knowsZones = false;

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** False until everything that fell due while nobody looked has been told (case 43). */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Tells what is due. Gives how many sites were looked at. */
  async look(): Promise<number> {
    if (!this.#knowsZones) {
      const woken = await wakeForZoneData(this.pools.engine, versions.tz ?? 'unknown');
      if (woken > 0) this.log.info({ sites: woken, release: versions.tz }, 'another release of the time zone database: openings are looked at anew');
      this.#knowsZones = true;
    }
    const looked = await ringOpenings(this.pools.engine, this.store, {
      overdueMs: 0,
      limit: PER_LOOK,
      onFault: (err, { tenantId, subjectId }) => {
        if (!this.#faulty.has(subjectId)) this.log.error({ err, tenantId, siteId: subjectId }, 'the opening hours of a site cannot be told; it is tried again');
        this.#faulty.add(subjectId);
      },
    });
    this.#caughtUp ||= looked < PER_LOOK;
    return looked;
  }
}
