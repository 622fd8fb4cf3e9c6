import { Module } from '@nestjs/common';

/**
 * The timekeeper: the only role with timers of the rules. Its slices (due leases, openings, timers of a status) come with the issues
 * *Presence* and *The clock*; until then the role starts, answers its health and has nothing to keep.
 */
@Module({})
export class TimekeeperModule {}
