import type pg from 'pg';
import { isTimeZone, localTimeAt } from '#domain/opening-hours/index';

/** The time zone data of both sides. */
export interface ZoneData {
  readonly ours: string;
  readonly postgres: string;
  /** Zones that both know by this name. */
  readonly common: readonly string[];
  /** Known to Postgres alone. */
  readonly missing: readonly string[];
}

const DAY_MS = 86_400_000;
/** A zone that came with a release of the database: its presence tells the least version, where the server tells none. */
const CAME_WITH = [
  ['2025b', 'America/Coyhaique'],
  ['2022g', 'America/Ciudad_Juarez'],
  ['2022b', 'Europe/Kyiv'],
] as const;

/**
 * What the wall clock of a zone reads, by Postgres. `AT TIME ZONE` takes `CET` and its like for an abbreviation, always an hour ahead,
 * and not for the zone of that name, which has summer time; as the session's zone it is the zone.
 */
export const WALL_CLOCK = `
  CREATE OR REPLACE FUNCTION pg_temp.wall_clock(ms float8, zone text) RETURNS timestamp LANGUAGE plpgsql AS $$
  DECLARE
    at CONSTANT timestamptz := timestamptz 'epoch' + ms * interval '1 millisecond';
  BEGIN
    IF zone NOT IN ('CET', 'EET', 'MET', 'WET') THEN RETURN at AT TIME ZONE zone; END IF;
    PERFORM set_config('TimeZone', zone, false);
    RETURN at::timestamp;
  END $$;`;

/** Which data the two sides have. Postgres tells no version where it brings its own data: then what is known of it is said. */
export async function zoneData(client: pg.ClientBase, nodeVersion: string): Promise<ZoneData> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM pg_timezone_names ORDER BY name');
  const names = rows.map(({ name }) => name);
  const least = CAME_WITH.find(([, zone]) => names.includes(zone))?.[0];
  const server = (await client.query<{ server_version: string }>('SHOW server_version')).rows[0]?.server_version;
  return {
    ours: nodeVersion,
    postgres: `that of Postgres ${server}, which tells no version${least ? `, ${least} or newer` : ''}, ${names.length} names`,
    common: names.filter(isTimeZone),
    missing: names.filter((name) => !isTimeZone(name)),
  };
}

/** Zones whose wall clocks differ between the two sides at one of `count` instants, the first at `from`, then every so many days. */
export async function differingZones(client: pg.ClientBase, zones: readonly string[], from: number, count: number, days: number): Promise<string[]> {
  const step = days * DAY_MS;
  await client.query(WALL_CLOCK);
  const { rows } = await client.query<{ zone: string; offsets: number[] }>(
    `SELECT zone, array_agg((extract(epoch FROM pg_temp.wall_clock(ms, zone)) - ms / 1000)::int ORDER BY ms) AS offsets
       FROM unnest($1::text[]) AS zone, (SELECT $2::float8 + i * $4::float8 AS ms FROM generate_series(0, $3::int - 1) AS i) AS instants
      GROUP BY zone`,
    [zones, from, count, step],
  );
  return rows
    .filter(({ zone, offsets }) => offsets.some((offset, i) => localTimeAt(zone, from + i * step) - (from + i * step) !== offset * 1000))
    .map(({ zone }) => zone);
}
