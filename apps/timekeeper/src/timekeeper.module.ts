import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { EndLeases } from './end-leases/end-leases.js';
import { EndTimers } from './end-timers/end-timers.js';
import { EraseMessages } from './erase-messages/erase-messages.js';
import { ExtendHolidays } from './extend-holidays/extend-holidays.js';
import { OpenAndClose } from './open-and-close/open-and-close.js';
import { Rounds } from './rounds.js';
import { SendNotices } from './send-notices/send-notices.js';
import { TellPresence } from './tell-presence.js';
import { WatchCoverage } from './watch-coverage/watch-coverage.js';

/** The timekeeper: the only role with timers of the rules. Slices: leases that run out, what was set for a while, opening hours, holidays, notices, gaps. */
@Module({
  imports: [EventStoreModule],
  providers: [EndLeases, EndTimers, OpenAndClose, ExtendHolidays, SendNotices, EraseMessages, WatchCoverage, Rounds, TellPresence],
})
export class TimekeeperModule {}
