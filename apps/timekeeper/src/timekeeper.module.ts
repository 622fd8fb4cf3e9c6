import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { EndLeases } from './end-leases/end-leases.js';
import { EndStatusTimers } from './end-status-timers/end-status-timers.js';
import { Rounds } from './rounds.js';

/** The timekeeper: the only role with timers of the rules. Slices: leases that run out, statuses for a while. */
@Module({ imports: [EventStoreModule], providers: [EndLeases, EndStatusTimers, Rounds] })
export class TimekeeperModule {}
