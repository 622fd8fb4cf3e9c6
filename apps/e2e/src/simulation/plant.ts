import type { ProjectionPorts } from '#apps/projector/src/box-status/project-partition';
import type { RowSource } from '#apps/widget-api/src/box-copy/row-source';
import type { EventStore } from '#event-store';
import type { RelayTarget } from '#messaging';
import type { MemoryReadModel } from './memory-read-model.js';
import type { World } from './process.js';

/** A wrong part in the place of a right one, to prove that the checks would notice (planted-bugs.ts). */
export interface Plant {
  /** The store that agent-apis write to. */
  store?(right: EventStore, world: World): EventStore;
  /** The store that projectors and relays read from. */
  feed?(right: EventStore, world: World): EventStore;
  ports?(right: ProjectionPorts, readModel: MemoryReadModel): ProjectionPorts;
  readModel?(): MemoryReadModel;
  target?(right: RelayTarget): RelayTarget;
  /** Where widget-apis read rows. */
  rows?(right: RowSource): RowSource;
}
