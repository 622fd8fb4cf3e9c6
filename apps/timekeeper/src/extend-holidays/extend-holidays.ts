import { Inject, Injectable } from '@nestjs/common';
import { type Pools, POOLS } from '#database';
import { HOLIDAYS_ALARM } from '#domain/tenant-settings/index';
import { EVENT_STORE, type EventStore } from '#event-store';
import { loadHolidayCalendars, writeOut } from '#holidays';
import { type Logger, LOGGER } from '#observability';
import { extendDueHolidays } from '#openings';
import { readSiteIds } from '#read-model';

/** Owners of holidays whose month is over, handled per look: a second or so. */
const PER_LOOK = 200;

/** Writes holidays out another month ahead, every month (behaviour D28): in the third year the box must not open on 25 December. */
@Injectable()
export class ExtendHolidays {
  readonly kinds = [HOLIDAYS_ALARM];

  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Extends what is due. Gives how many owners that were. */
  look(): Promise<number> {
    return extendDueHolidays(this.pools.engine, this.store, {
      limit: PER_LOOK,
      load: async () => {
        const calendars = await loadHolidayCalendars();
        return (calendar, from, to) => writeOut(calendars, calendar, calendar.rows, from, to);
      },
      sitesOf: readSiteIds,
      onFault: (err, { tenantId, subjectId }) => this.log.error({ err, tenantId, subjectId }, 'holidays cannot be written out further; it is tried again in an hour'),
    });
  }
}
