import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { versions } from 'node:process';
import pg from 'pg';
import { localTimeAt, nextTransition, type Schedule } from '#domain/opening-hours/index';
import type { Turn } from '#domain/tenant-settings/index';
import { type FreshDatabase, freshDatabase } from '#testing';
import { PECULIAR } from './any-hours.js';
import { type Ours, prove, THE_DOMAIN } from './prove.js';
import { differingZones, type ZoneData, zoneData } from './zone-data.js';

const CASES = 20_000;
const SEED = 20_261_122; // `npm run hours-proof -- --cases N --seed S` proves others
const MOST_DIFFERING = 5;

describe('opening hours, checked against Postgres', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let data: ZoneData;
  let differing: string[] = [];

  beforeAll(async () => {
    database = await freshDatabase({ migrated: false });
    client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    data = await zoneData(client, versions.tz ?? 'unknown');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('both sides know the same zones, and their wall clocks agree on every tenth day of two years, but for a few', async () => {
    expect(data.missing.length).toBeLessThanOrEqual(MOST_DIFFERING);
    expect(PECULIAR.filter((zone) => !data.common.includes(zone))).toEqual([]);
    differing = await differingZones(client, data.common, Date.UTC(2026, 0, 1), 73, 10);
    expect(differing.length).toBeLessThanOrEqual(MOST_DIFFERING);
  });

  it(`${CASES} cases around changes of clocks in every zone: state, next change, last millisecond (seed ${SEED})`, async () => {
    const zones = data.common.filter((zone) => !differing.includes(zone));
    const proof = await prove(client, { cases: CASES, seed: SEED, zones });
    const all = [...differing, ...proof.differing];
    process.stdout.write(
      `hours proof: seed ${SEED}, ${proof.cases} cases, ${proof.comparisons} comparisons, ${proof.zones} zones; zone data: ours ${data.ours}, ` +
        `Postgres: ${data.postgres}; differing: ${all.join(', ') || 'none'}\n`,
    );
    expect(proof.contradictions).toEqual([]);
    expect(all.length).toBeLessThanOrEqual(MOST_DIFFERING);
    expect(proof.zones).toBe(zones.length);
  }, 120_000);

  it.each<[string, Ours]>([
    ['the last millisecond is forgotten', { ...THE_DOMAIN, isOpenAt: (schedule, at) => THE_DOMAIN.isOpenAt(schedule, at + 1) }],
    ['summer time is forgotten', { ...THE_DOMAIN, isOpenAt: (schedule, at) => THE_DOMAIN.isOpenAt(schedule, withoutSummerTime(schedule, at)) }],
    ['a change is overlooked', { ...THE_DOMAIN, nextTransition: (schedule, at) => third(schedule, at) }],
    ['an hour that happens twice is open once', { ...THE_DOMAIN, isOpenAt: (schedule, at) => THE_DOMAIN.isOpenAt(schedule, at) && !isSecond(schedule, at) }],
  ])('finds it when %s', async (_, ours) => {
    const proof = await prove(client, { cases: 1_000, seed: SEED, zones: ['Europe/Berlin', 'America/New_York'], ours });
    expect(proof.contradictions.length).toBeGreaterThan(0);
  });
});

function withoutSummerTime({ timeZone }: Schedule, at: number): number {
  const january = Date.UTC(new Date(at).getUTCFullYear(), 0, 2);
  return at - (localTimeAt(timeZone, at) - at) + (localTimeAt(timeZone, january) - january);
}

function isSecond({ timeZone }: Schedule, at: number): boolean {
  return localTimeAt(timeZone, at - 3_600_000) === localTimeAt(timeZone, at);
}

function third(schedule: Schedule, at: number): Turn | null {
  const first = nextTransition(schedule, at);
  const second = first && nextTransition(schedule, first.at);
  return second && nextTransition(schedule, second.at);
}
