import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { Backstop } from './backstop/backstop.js';
import { ProjectBoxes } from './box-status/project-boxes.js';

/** The projector: folds the log into the read model. Slices: box status, and the backstop of the timekeeper. */
@Module({ imports: [EventStoreModule], providers: [ProjectBoxes, Backstop] })
export class ProjectorModule {}
