import type { MigrationInterface } from 'typeorm';
import { EventStore1760000000001 } from './0001-event-store.js';
import { Directory1760000000002 } from './0002-directory.js';
import { Leases1760000000003 } from './0003-leases.js';
import { ReadModel1760000000004 } from './0004-read-model.js';
import { Expiry1760000000005 } from './0005-expiry.js';
import { Webhooks1760000000006 } from './0006-webhooks.js';
import { People1760000000007 } from './0007-people.js';
import { Compatibility1760000000008 } from './0008-compatibility.js';
import { Hours1760000000009 } from './0009-hours.js';
import { ProjectionByKey1760000000011 } from './0011-projection-by-key.js';
import { Coverage1760000000012 } from './0012-coverage.js';
import { Conversations1760000000014 } from './0014-conversations.js';
import { ZoneData1760000000015 } from './0015-zone-data.js';
import { Entitlements1760000000016 } from './0016-entitlements.js';
import { HolidaysExtended1760000000017 } from './0017-holidays-extended.js';
import { BeatsByKey1760000000018 } from './0018-beats-by-key.js';
import { ShownByTime1760000000019 } from './0019-shown-by-time.js';
import { Replays1760000000021 } from './0021-replays.js';
import { Places1760000000022 } from './0022-places.js';
import { PoliciesThatPlanWell1760000000024 } from './0024-policies-that-plan-well.js';
import { ProjectionByArrays1760000000025 } from './0025-projection-by-arrays.js';
import { AgeOnTheWay1760000000030 } from './0030-age-on-the-way.js';

/*
 * The second door of this room, light on purpose: every service asks here which schema it was written for, and none of them needs TypeORM.
 */

export type Migration = new () => MigrationInterface;

/** In order. A new migration is one file and one line here. */
export const migrations: readonly Migration[] = [
  EventStore1760000000001,
  Directory1760000000002,
  Leases1760000000003,
  ReadModel1760000000004,
  Expiry1760000000005,
  Webhooks1760000000006,
  People1760000000007,
  Compatibility1760000000008,
  Hours1760000000009,
  ProjectionByKey1760000000011,
  Coverage1760000000012,
  Conversations1760000000014,
  ZoneData1760000000015,
  Entitlements1760000000016,
  HolidaysExtended1760000000017,
  BeatsByKey1760000000018,
  ShownByTime1760000000019,
  Replays1760000000021,
  Places1760000000022,
  PoliciesThatPlanWell1760000000024,
  ProjectionByArrays1760000000025,
  AgeOnTheWay1760000000030,
];

/** Class names end in 13 digits because TypeORM orders by them: this base plus the file's number. */
const NUMBER_BASE = 1_760_000_000_000;

/** The number of a migration by its class name, e.g. 8 for `Compatibility1760000000008`. */
export function numberOf(name: string): number {
  return Number(name.slice(-13)) - NUMBER_BASE;
}

/** A version of this code, as far as the database matters to it. */
export interface SchemaOfCode {
  /** Number of the newest migration it knows. */
  readonly version: number;
  /** Names of all it knows; it runs only where all of them are carried out. */
  readonly names: readonly string[];
}

export function schemaOf(list: readonly Migration[]): SchemaOfCode {
  const names = list.map(({ name }) => name);
  return { version: numberOf(names.at(-1) ?? ''), names };
}

/** This code's. */
export const schemaOfThisCode = schemaOf(migrations);
