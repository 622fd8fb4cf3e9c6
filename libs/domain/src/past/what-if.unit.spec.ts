import { describe, expect, it } from '@jest/globals';
import { agentAdded, at, type BoxFact, groupAdded, signedIn, siteAdded, switchedTo, tenantAdded } from '#testing';
import { hours, MON_TO_FRI, weekly } from '../opening-hours/hours.fixture.js';
import type { Json } from '../tenant-settings/index.js';
import { tellOpenings } from '../tenant-settings/index.js';
import type { Supposition } from './supposed-facts.js';
import { type Comparison, WhatIf } from './what-if.js';

const HOUR = 3_600_000;
const utc = (...lines: string[]) => hours({ timeZone: 'UTC', weekly: weekly(...lines) });
const OFFICE = utc(`${MON_TO_FRI.join(' ')} 08:00-17:00`);

/** A Monday: the site keeps office hours in UTC, Anna of DE is online from 07:00 to 18:30, then signed out; nobody is in EN. */
const day: BoxFact[] = [
  tenantAdded(), siteAdded(), groupAdded('DE'), groupAdded('EN'), agentAdded('A', ['DE']),
  { type: 'HoursChanged', data: { siteId: 'shop', hours: OFFICE as unknown as Json, openings: tellOpenings({ site: OFFICE, groups: new Map() }, 'UTC', at('06:00:00')) } },
  { ...signedIn('A'), effectiveAt: at('07:00:00') },
  { ...switchedTo('A', 'online'), effectiveAt: at('07:00:00') },
  { ...turn('OpeningStarted', '17:00:00'), effectiveAt: at('08:00:00') },
  { ...turn('OpeningEnded', '23:00:00'), effectiveAt: at('17:00:00') },
  { type: 'AgentLoggedOut', data: { agentId: 'A', sessionId: 'A-desktop', cause: 'agent' }, effectiveAt: at('18:30:00') },
  { type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-desktop', lastSeenAt: new Date(at('18:30:00')).toISOString() }, effectiveAt: at('18:32:00') },
];

function turn(type: 'OpeningStarted' | 'OpeningEnded', next: string): BoxFact {
  const upcoming = [{ at: new Date(at(next)).toISOString(), open: type === 'OpeningEnded' }];
  return { type, data: { siteId: 'shop', groupId: null, because: { rule: 'weekly', of: 'site' }, upcoming } };
}

function whatIf(supposed: Supposition, groupId: string | null = null): Comparison {
  const compared = new WhatIf({ siteId: 'shop', groupId }, supposed, [{ date: '', from: at('06:30:00'), to: at('21:00:00') }]);
  day.forEach((fact, i) => {
    const recordedAt = fact.effectiveAt ?? at('06:00:00');
    compared.take({ effectiveAt: recordedAt, ...fact, recordedAt, position: i, eventId: `e${i}`, streamId: 's', actor: { kind: 'agent', id: 'A' } });
  });
  return compared.end();
}
const clock = (instant: number) => Math.floor((instant - at('00:00:00')) / (HOUR / 100)) / 100;
const told = ({ intervals }: Comparison) =>
  intervals
    .filter(({ was, would }) => was.standing !== would.standing)
    .map(({ from, to, was, would }) => `${clock(from)}-${clock(to)} ${was.standing} > ${would.standing} (${would.by.rule})`);

describe('what if the hours had been others', () => {
  it('open until 20:00: an hour and a half more online, two minutes of nobody, and then an hour and a half missed', () => {
    const longer = utc(`${MON_TO_FRI.join(' ')} 08:00-20:00`);
    const compared = whatIf({ hours: { site: longer } });
    expect(told(compared)).toEqual([
      '17-18.5 outside-hours > online (agents)',
      '18.5-18.53 outside-hours > unattended (agents)',
      '18.53-20 outside-hours > missed (agents)',
    ]);
    const { was, would, differ } = compared.total;
    expect([was.online, would.online, would.unattended, would.missed, differ].map((ms) => ms / 60_000)).toEqual([540, 630, 2, 88, 92]);
  });

  it('shorter hours close it, none open it around the clock', () => {
    expect(told(whatIf({ hours: { site: utc('mo 08:00-10:00', 'mo 11:00-17:00') } }))).toEqual(['10-11 online > outside-hours (hours)']);
    expect(told(whatIf({ hours: { site: null } }))).toEqual([
      '6.5-7 outside-hours > missed (agents)', '7-8 outside-hours > online (agents)', '17-18.5 outside-hours > online (agents)',
      '18.5-18.53 outside-hours > unattended (agents)', '18.53-21 outside-hours > missed (agents)',
    ]);
  });

  it('hours of the group are for the group only', () => {
    const evening = { hours: { group: utc('mo 12:00-18:00') } };
    expect(told(whatIf(evening, 'DE'))).toEqual(['8-12 online > outside-hours (hours)', '17-18 outside-hours > online (agents)']);
    expect(told(whatIf(evening))).toEqual([]);
  });
});

describe('what if people had been in other groups', () => {
  it('the group that had nobody has somebody, and the one that had somebody has nobody', () => {
    const agentGroups = new Map([['A', ['EN']]]);
    expect(told(whatIf({ agentGroups }, 'EN'))).toEqual(['8-17 missed > online (agents)']);
    expect(told(whatIf({ agentGroups }, 'DE'))).toEqual(['8-17 online > missed (agents)']);
    expect(told(whatIf({ agentGroups }))).toEqual([]);
  });

  it('somebody in no group holds all of them open', () => {
    expect(told(whatIf({ agentGroups: new Map([['A', []]]) }, 'EN'))).toEqual(['8-17 missed > online (agents)']);
  });
});

it('says with which fact the box came to stand as it did, and nothing where only the supposition did it', () => {
  const { intervals } = whatIf({ mode: 'agents' });
  const [first] = intervals.filter(({ was, would }) => was.standing !== would.standing);
  expect([first?.was.cause.eventId, first?.would.cause.eventId]).toEqual(['e5', '']);
  const evening = intervals.find(({ from }) => from === at('17:00:00'));
  expect([evening?.was.cause.type, evening?.was.by, evening?.would.by]).toEqual(['OpeningEnded', { rule: 'hours', opening: { rule: 'weekly', of: 'site' } }, { rule: 'agents' }]);
  expect(told(whatIf({ groupEnabled: false }, 'DE'))).toEqual(['6.5-8 outside-hours > closed (group-disabled)', '8-17 online > closed (group-disabled)', '17-21 outside-hours > closed (group-disabled)']);
});
