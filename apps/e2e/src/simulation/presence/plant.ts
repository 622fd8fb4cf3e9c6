import type { EventStore } from '#event-store';
import type { Sql } from '#leases';
import type { Fault } from '../faults.js';
import type { Life } from '../process.js';
import type { Database } from './database.js';

export type Role = 'agent-api' | 'timekeeper' | 'projector';

/** A wrong part in the place of a right one (planted-presence-bugs.ts). */
export interface PresencePlant {
  /** Changes what Postgres decides, for everybody. */
  database?(database: Database): void;
  /** Changes what a role asks of Postgres, and what it hears. */
  sql?(right: Sql, role: Role, life: Life): Sql;
  /** Changes how whoever ends leases appends. */
  expiringStore?(right: EventStore): EventStore;
  /** A beat of a session that has ended opens it again. */
  readonly beatsRevive?: boolean;
  /** Only this goes wrong, in every seed: without it the mistake does no harm, and in the usual weather both seldom meet. */
  readonly weather?: Fault;
}
