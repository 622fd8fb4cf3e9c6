import { Module } from '@nestjs/common';
import { EventStoreModule } from '#event-store';
import { ProjectBoxes } from './box-status/project-boxes.js';

/** The projector: folds the log into the read model. One slice: box status. */
@Module({ imports: [EventStoreModule], providers: [ProjectBoxes] })
export class ProjectorModule {}
