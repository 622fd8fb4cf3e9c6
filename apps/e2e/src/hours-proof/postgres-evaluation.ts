import type pg from 'pg';
import type { HoursBody } from '#domain/opening-hours/index';
import type { Day, Story } from './any-hours.js';
import { WALL_CLOCK } from './zone-data.js';

/** What Postgres says of one instant: what the wall clock reads (ms since 1970-01-01 00:00 on the wall), and whether that means open. */
export interface Evaluated {
  readonly wall: number;
  readonly open: boolean;
}

/** An instant (ms since epoch) and the index of the story it is asked of. */
export type Asked = readonly [story: number, at: number];

/*
 * The second opinion: rules D4-D6 of behaviour.md in plain SQL over rows as people sent them, with Postgres's time zones. It shares
 * neither code nor data with the domain, and goes another way: no merged stretches, no spans, every rule asked anew for every instant.
 * Ranks: 1 holiday, 2 the site's dated exception, 3 the group's; weekly hours are 0.
 */
const TABLES = `
  ${WALL_CLOCK}
  DROP TABLE IF EXISTS pg_temp.story, pg_temp.dated, pg_temp.stretch;
  CREATE TEMP TABLE story (id int PRIMARY KEY, zone text NOT NULL, week_of text NOT NULL);
  CREATE TEMP TABLE dated (id int, no int, rank int, first date, last date, PRIMARY KEY (id, no));
  CREATE TEMP TABLE stretch (id int, of text, opens interval, closes interval);
  CREATE INDEX ON stretch (id, of);`;

const EVALUATE = `
  WITH asked AS MATERIALIZED (
    SELECT q.no, q.id, s.week_of, pg_temp.wall_clock(q.at, s.zone) AS wall
      FROM unnest($1::int[], $2::float8[]) WITH ORDINALITY AS q(id, at, no) JOIN story s USING (id)
  ), ruled AS (
    SELECT a.no, a.id, a.wall, back, wall::date - back AS day,
           coalesce(d.rank, 0) AS rank, coalesce('dated ' || d.no, a.week_of || ' ' || extract(isodow FROM wall::date - back)) AS rule
      FROM asked a CROSS JOIN (VALUES (0), (1)) AS days(back)
      LEFT JOIN LATERAL (SELECT no, rank FROM dated WHERE dated.id = a.id AND wall::date - back BETWEEN first AND last
                          ORDER BY rank DESC, last - first, no DESC LIMIT 1) d ON true
  ), reading AS (
    SELECT r.*, EXISTS (SELECT FROM stretch s WHERE s.id = r.id AND s.of = r.rule) AS has_hours,
           EXISTS (SELECT FROM stretch s WHERE s.id = r.id AND s.of = r.rule AND r.wall >= r.day + s.opens
                      AND r.wall < r.day + s.closes + CASE WHEN s.closes <= s.opens THEN interval '1 day' ELSE interval '0' END) AS holds
      FROM ruled r
  )
  SELECT round(extract(epoch FROM today.wall) * 1000)::float8 AS wall,
         today.holds OR (night.holds AND NOT (NOT today.has_hours AND today.rank > night.rank)) AS open
    FROM reading today JOIN reading night ON night.no = today.no AND night.back = 1
   WHERE today.back = 0
   ORDER BY today.no`;

/** Evaluates stories in one connection's temporary tables. */
export async function postgresEvaluation(client: pg.ClientBase) {
  await client.query(TABLES);
  return {
    /** Takes the stories in place of those before. */
    async take(stories: readonly Story[]): Promise<void> {
      const rows = stories.map(rowsOf);
      await client.query('TRUNCATE story, dated, stretch');
      await client.query('INSERT INTO story SELECT * FROM jsonb_to_recordset($1) AS r(id int, zone text, week_of text)', [
        JSON.stringify(stories.map((story, id) => ({ id, zone: story.zone, week_of: story.group && story.group.weekly.length > 0 ? 'group' : 'site' }))),
      ]);
      await client.query('INSERT INTO dated SELECT * FROM jsonb_to_recordset($1) AS r(id int, no int, rank int, first date, last date)', [
        JSON.stringify(rows.flatMap(({ dated }, id) => dated.map((row, no) => ({ id, no, ...row })))),
      ]);
      await client.query('INSERT INTO stretch SELECT * FROM jsonb_to_recordset($1) AS r(id int, of text, opens interval, closes interval)', [
        JSON.stringify(rows.flatMap(({ stretches }, id) => stretches.map((row) => ({ id, ...row })))),
      ]);
      await client.query('ANALYZE story, dated, stretch');
    },
    /** In the order asked. */
    async evaluate(asked: readonly Asked[]): Promise<Evaluated[]> {
      const { rows } = await client.query<Evaluated>(EVALUATE, [asked.map(([story]) => story), asked.map(([, at]) => at)]);
      return rows;
    },
  };
}

interface DatedRow {
  readonly rank: number;
  readonly first: string;
  readonly last: string;
}

interface StretchRow {
  readonly of: string;
  readonly opens: string;
  readonly closes: string;
}

const ISO_DAY = { mo: 1, tu: 2, we: 3, th: 4, fr: 5, sa: 6, su: 7 } as const;

function rowsOf({ site, siteHolidays, group, groupHolidays }: Story): { dated: DatedRow[]; stretches: StretchRow[] } {
  const dated: DatedRow[] = [];
  const stretches: StretchRow[] = [];
  const takeHolidays = (days: readonly Day[]): void => {
    for (const { date } of days) dated.push({ rank: 1, first: date, last: date });
  };
  const takeHours = ({ weekly, exceptions = [] }: HoursBody, of: 'site' | 'group'): void => {
    for (const { days, opens, closes } of weekly) for (const day of days) stretches.push({ of: `${of} ${ISO_DAY[day]}`, opens, closes });
    for (const { from, to, intervals = [] } of exceptions) {
      for (const { opens, closes } of intervals) stretches.push({ of: `dated ${dated.length}`, opens, closes });
      dated.push({ rank: of === 'site' ? 2 : 3, first: from, last: to });
    }
  };
  takeHolidays(groupHolidays ?? siteHolidays);
  takeHours(site, 'site');
  if (group) takeHours(group, 'group');
  return { dated, stretches };
}
