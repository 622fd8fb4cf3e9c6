import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { Backstop } from './backstop/backstop.js';
import { ProjectBoxes } from './box-status/project-boxes.js';
import { Replays } from './replay/replays.js';

/** The projector: folds the log into the read model. Slices: box status, the backstop of the timekeeper, replays. */
@Module({ imports: [EventStoreModule], providers: [ProjectBoxes, Backstop, Replays] })
export class ProjectorModule {}
