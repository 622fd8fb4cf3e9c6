import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { presentAgent, siteAdded, tenantAdded } from '#testing';
import * as boxStatus from '../box-status/index.js';
import { parseHours } from '../opening-hours/index.js';
import * as settings from './index.js';
import type { HoursOfSite, Site, SiteEvent } from './index.js';

/** The pure core on one machine, with the zone data of that machine. */
interface Machine {
  readonly boxStatus: typeof boxStatus;
  readonly settings: typeof settings;
}
type Fact = SiteEvent & { readonly effectiveAt: number };

let machines = 0;

/** The same code, where a zone means something else: another release of the zone database. */
async function machineWhere(zoned: (ns: bigint, zone: string) => Temporal.ZonedDateTime): Promise<Machine> {
  const fresh = `?fresh=${++machines}`; // a copy of the code, and of the polyfill it asks (apps/workbench/jest/typescript-hooks.mjs)
  const { Temporal: its } = (await import(`${import.meta.resolve('temporal-polyfill')}${fresh}`)) as { Temporal: object };
  Object.defineProperty(its, 'ZonedDateTime', {
    value: function ZonedDateTime(ns: bigint, zone: string) {
      return zoned(ns, zone);
    },
  });
  return { boxStatus: await copyOf<typeof boxStatus>('../box-status/index.js'), settings: await copyOf<typeof settings>('./index.js') };

  async function copyOf<T>(module: string): Promise<T> {
    return (await import(`${module}${fresh}`)) as T;
  }
}

const TODAY: Machine = { boxStatus, settings };
/** Central Europe has given up summer time: Berlin stays an hour ahead of UTC all the year, as Lagos does. */
const withoutSummerTime = () => machineWhere((ns, zone) => new Temporal.ZonedDateTime(ns, zone === 'Europe/Berlin' ? 'Africa/Lagos' : zone));
/** No zone data at all. */
const withoutZones = () =>
  machineWhere(() => {
    throw new Error('a fold asked for a time zone');
  });

const at = (time: string): number => Date.parse(time);
const hours: HoursOfSite = {
  site: parseHours({ weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], opens: '09:00', closes: '17:00' }] }, () => 'known'),
  groups: new Map(),
};
const stamped = (events: readonly (SiteEvent & { effectiveAt?: number })[], now: number): Fact[] =>
  events.map((event) => ({ ...event, effectiveAt: event.effectiveAt ?? now }));

/** What a timekeeper on this machine tells from one instant to another, punctual to the alarm it set itself. */
function keepTime({ settings: { settleOpenings, nextSettling, evolveSite } }: Machine, site: Site, from: number, to: number): Fact[] {
  const facts: Fact[] = [];
  let stands = site;
  for (let due = nextSettling(hours, 'Europe/Berlin', from); due !== null && due <= to; due = nextSettling(hours, 'Europe/Berlin', due)) {
    const told = stamped(settleOpenings(hours, stands, due), due);
    stands = told.reduce(evolveSite, stands);
    facts.push(...told);
  }
  return facts;
}

/** Every box there ever was, as the log tells it: status, since, version and the future known at that moment. */
function play({ boxStatus: { applyEvent, emptyTenantBoxes } }: Machine, log: readonly Fact[]): unknown[] {
  const boxes = emptyTenantBoxes();
  const begin = at('2027-03-19T12:00:00Z');
  const past = [tenantAdded(), siteAdded(), ...presentAgent('A', 'online')].map((event) => ({ ...event, effectiveAt: begin }));
  return [...past, ...log].flatMap((event) => applyEvent(boxes, event).map(({ box, before }) => ({ ...box, before })));
}
const fold = ({ settings: { evolveSite, siteFold } }: Machine, log: readonly Fact[]): Site =>
  [siteAdded(), ...log].reduce(evolveSite, siteFold.initial);
const openings = (log: readonly Fact[]) =>
  log.filter(({ type }) => type.startsWith('Opening')).map(({ type, effectiveAt }) => `${type} ${new Date(effectiveAt).toISOString().slice(0, 16)}`);

describe('another release of the time zone database', () => {
  const saved = at('2027-03-20T10:00:00Z');
  const update = at('2027-04-01T12:00:00Z'); // four days into the summer time of the old data
  const log = stamped(settings.changeHours(hours.site, { site: null, groups: new Map() }, fold(TODAY, []), saved), saved);
  log.push(...keepTime(TODAY, fold(TODAY, log), saved, update));

  it('changes no past answer: the log gives the same boxes, versions, futures and states, on a machine with other data, and with none', async () => {
    expect(openings(log)).toEqual(expect.arrayContaining(['OpeningStarted 2027-03-27T08:00', 'OpeningStarted 2027-03-29T07:00']));
    const [boxes, site] = [play(TODAY, log), fold(TODAY, log)];
    expect(boxes.length).toBeGreaterThan(20);
    for (const machine of [await withoutSummerTime(), await withoutZones()]) {
      expect(play(machine, log)).toEqual(boxes);
      expect(fold(machine, log)).toEqual(site);
    }
  });

  it('changes the future by an event, with the times of the new data: next, and the turns with their nominal times', async () => {
    const machine = await withoutSummerTime();
    const site = fold(machine, log);
    const news = stamped(machine.settings.settleOpenings(hours, site, update), update);
    const upcoming = ['2027-04-01T16:00:00.000Z', '2027-04-02T08:00:00.000Z', '2027-04-02T16:00:00.000Z'];
    expect(news).toMatchObject([{ type: 'OpeningsChanged', effectiveAt: update, data: { openings: [{ open: true, upcoming: upcoming.map((time) => ({ at: time })) }] } }]);
    const told = [...news, ...keepTime(machine, fold(machine, [...log, ...news]), update, at('2027-04-02T20:00:00Z'))];
    expect(openings(told).slice(1)).toEqual(['OpeningEnded 2027-04-01T16:00', 'OpeningStarted 2027-04-02T08:00', 'OpeningEnded 2027-04-02T16:00']);
    const [before, after] = [play(TODAY, log), play(machine, [...log, ...told])];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after[before.length]).toMatchObject({ status: 'online', next: { at: at('2027-04-01T16:00:00Z'), status: 'offline' } });
    expect(after[before.length + 1]).toMatchObject({ status: 'offline', since: at('2027-04-01T16:00:00Z') });
  });

  it('a turn that was told and that the new data does not know is none; what the new data says overdue stands at once', async () => {
    const machine = await withoutSummerTime();
    // Down from noon until 15:30 UTC: the old data closes at 15:00, the new one at 16:00.
    expect(openings(stamped(machine.settings.settleOpenings(hours, fold(machine, log), at('2027-04-01T15:30:00Z')), 0))).toEqual([expect.stringMatching('OpeningsChanged')]);
    // Down until 16:30: both have closed.
    const late = stamped(machine.settings.settleOpenings(hours, fold(machine, log), at('2027-04-01T16:30:00Z')), at('2027-04-01T16:30:00Z'));
    expect(late).toMatchObject([{ type: 'OpeningsChanged', data: { openings: [{ open: false }] } }]);
  });
});
