import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Availability, WhatIfAnswer } from '#contract';
import { type AgentEvent, type Effective, expireSession } from '#domain/agent-presence/index';
import { AdminApi, type Tenant } from '../admin-api-world.fixture.js';
import { playProjector } from '../played-projector.fixture.js';

/*
 * The story lies some hours back, told as the log takes it after an outage; tenant, site, groups and agents are older than it by a statement
 * of SQL. Anna (DE) is online from 9 to 12, Bea (no group) from 11 to 17, when she signs out and her lease runs out. The hours are only names.
 */
let api: AdminApi;
let tenant: Tenant;
let [site, de, en, anna, bea] = ['', '', '', '', ''];
const HOUR = 3_600_000;
const morning = Math.floor((Date.now() - 60 * HOUR) / HOUR) * HOUR;
const clock = (hour: number) => morning + (hour - 8) * HOUR;
const rfc = (at: number) => new Date(at).toISOString();
const range = { from: rfc(clock(8)), to: rfc(clock(20)) };
/** Every day open from one hour of the story to another. */
const open = (opens: number, closes: number) => ({
  timeZone: 'UTC',
  weekly: [{ days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], opens: rfc(clock(opens)).slice(11, 16), closes: rfc(clock(closes)).slice(11, 16) }],
});

const online = (agentId: string, at: number): Effective<AgentEvent>[] => [
  { type: 'AgentLoggedIn', data: { agentId, sessionId: `s-${agentId}`, device: 'desktop', leaseSeconds: 120 }, effectiveAt: at },
  { type: 'StatusChanged', data: { agentId, from: 'offline', to: 'online', statusVersion: 1, cause: 'agent' }, effectiveAt: at },
];

beforeAll(async () => {
  api = await AdminApi.start();
  tenant = await api.addTenant('what-if');
  site = await api.addSite(tenant);
  [de, en] = [await api.addGroup(tenant, 'DE'), await api.addGroup(tenant, 'EN')];
  [anna, bea] = [await api.addAgent(tenant, 'anna', { groupIds: [de] }), await api.addAgent(tenant, 'bea')];
  await api.admin.query('ALTER TABLE store.event DISABLE TRIGGER USER');
  await api.admin.query(`UPDATE store.event SET effective_at = to_timestamp($2::float8 / 1000) WHERE tenant_id = $1`, [tenant.id, Date.parse('2025-12-01')]);
  await api.admin.query('ALTER TABLE store.event ENABLE TRIGGER USER');
  await api.asAgent(tenant, anna, () => [...online(anna, clock(9)), {
    ...{ type: 'StatusChanged', data: { agentId: anna, from: 'online', to: 'offline', statusVersion: 2, cause: 'agent' }, effectiveAt: clock(12) },
  }] as AgentEvent[]);
  await api.asAgent(tenant, bea, () => [...online(bea, clock(11)), {
    ...{ type: 'AgentLoggedOut', data: { agentId: bea, sessionId: `s-${bea}`, cause: 'agent' }, effectiveAt: clock(17) },
  }] as AgentEvent[]);
  await api.asAgent(tenant, bea, (agent) => expireSession({ sessionId: `s-${bea}`, lastSeenAt: clock(17), deadline: clock(17) + 120_000 }, agent));
  await playProjector(api, tenant);
});
afterAll(() => api?.stop());

const path = () => `${tenant.path}/what-if`;
const ask = async (suppose: object, more: object = {}) => {
  const before = await api.counted();
  const { body } = await api.did('POST', path(), { body: { siteId: site, ...range, suppose, ...more } });
  expect(await api.counted()).toBe(before);
  return body as WhatIfAnswer;
};
const differences = ({ intervals }: WhatIfAnswer) =>
  intervals.flatMap(({ from, to, differs, was, would }) => (differs ? [`${(Date.parse(from) - clock(0)) / HOUR}-${(Date.parse(to) - clock(0)) / HOUR} ${was.standing} > ${would.standing}`] : []));

describe('what if', () => {
  it('the hours had been 10 to 16: two hours less, and why; what was is what the report says', async () => {
    const answer = await ask({ hours: open(10, 16) });
    expect(differences(answer)).toEqual(['9-10 online > outside-hours', '16-17 online > outside-hours', expect.stringMatching(/^17-17.03\d+ unattended > outside-hours$/)]);
    const { body: report } = await api.did('GET', `${tenant.path}/reports/availability?siteId=${site}&from=${range.from}&to=${range.to}`);
    expect((report as Availability).site).toMatchObject(answer.was);
    expect(answer.would).toMatchObject({ onlineSeconds: 6 * 3600, unattendedOnlineSeconds: 0, missedSeconds: 0, outsideHoursSeconds: 6 * 3600 });
    expect(answer.differSeconds).toBe(2 * 3600 + 120);
    const [first] = answer.intervals.filter(({ differs }) => differs);
    expect(first).toMatchObject({
      was: { status: 'online', rule: 'agents', cause: { type: 'StatusChanged', actor: { id: anna } } },
      would: { status: 'offline', rule: 'hours', opening: { rule: 'weekly', of: 'site' }, cause: null },
    });
    expect(answer.sentence).toEqual({
      de: 'Besucher hätten 2 h 2 min kürzer online gesehen. Innerhalb der Geschäftszeiten wäre 3 h 58 min kürzer niemand da gewesen.',
      en: 'Visitors would have seen 2 h 2 min less online. Within the opening hours nobody would have been there for 3 h 58 min less.',
    });
    expect(answer).toMatchObject({ siteId: site, groupId: null, timeZone: 'Europe/Berlin', ...range, settled: true, inactive: [], intervalsUntil: range.to });
  });

  it('people had been in other groups: the box of the group, and not that of the site', async () => {
    const suppose = { agentGroups: [{ agentId: bea, groupIds: [de] }, { agentId: anna, groupIds: [en] }] };
    expect(differences(await ask(suppose, { groupId: en }))).toEqual(['9-11 missed > online', '12-17 online > missed', expect.stringMatching(/ unattended > missed/)]);
    const ofSite = await ask(suppose);
    expect([differences(ofSite), ofSite.differSeconds, ofSite.sentence.en]).toEqual([[], 0, 'Nothing would have changed for visitors.']);
  });

  it('the group had hours of its own, or had been switched off, or the site had gone by its hours alone', async () => {
    expect(differences(await ask({ groupHours: open(8, 10) }, { groupId: de }))).toEqual([
      '10-17 online > outside-hours', expect.stringMatching(/unattended > outside-hours/),
    ]);
    expect((await ask({ groupEnabled: false }, { groupId: de })).would.onlineSeconds).toBe(0);
    expect((await ask({ mode: 'hours', hours: open(8, 18) })).would.onlineSeconds).toBe(10 * 3600);
  });

  it('by hours and by minutes it is the same in smaller parts, and no second is lost', async () => {
    const suppose = { hours: open(10, 16) };
    const [days, hours, minutes] = [await ask(suppose), await ask(suppose, { by: 'hour' }), await ask(suppose, { by: 'minute' })];
    expect([hours.hours?.length, minutes.minutes?.length, days.hours, days.minutes]).toEqual([12, 720, undefined, undefined]);
    for (const parts of [days.days, hours.days, hours.hours, minutes.days, minutes.minutes]) {
      const sum = (of: (part: WhatIfAnswer['days'][number]) => number) => parts?.reduce((all, part) => all + of(part), 0);
      expect(sum(({ would }) => would.onlineSeconds)).toBe(6 * 3600);
      expect([sum(({ was }) => was.unattendedOnlineSeconds), sum((part) => part.differSeconds)]).toEqual([120, 2 * 3600 + 120]);
      expect(sum(({ would }) => would.onlineSeconds + would.unattendedOnlineSeconds + would.busySeconds + would.offlineSeconds)).toBe(12 * 3600);
    }
    expect(minutes.minutes?.[60]).toMatchObject({ from: rfc(clock(9)), to: rfc(clock(9) + 60_000), differSeconds: 60 });
  });

  it('as a table, a line for the total and one for each period', async () => {
    const body = { siteId: site, ...range, by: 'hour', suppose: { hours: open(10, 16) } };
    for (const [query, headers] of [['?format=csv', {}], ['', { accept: 'text/csv' }]] as const) {
      const { text, headers: sent } = await api.did('POST', `${path()}${query}`, { body, headers });
      expect(sent.get('content-type')).toMatch(/^text\/csv/);
      const lines = text.trimEnd().split('\r\n');
      expect(lines[0]).toMatch(/^period,from,to,was.onlineSeconds,would.onlineSeconds,was.unattendedOnlineSeconds,/);
      expect(lines[1]).toBe(`total,${range.from},${range.to},28800,21600,120,0,0,0,14280,21600,0,21600,14280,0,7320`);
      expect(lines.length).toBeGreaterThanOrEqual(1 + 1 + 1 + 12);
    }
  });

  it('holidays are those of the past', async () => {
    const week = [{ days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], opens: '00:00', closes: '24:00' }];
    const christmas = { from: '2025-12-23T23:00:00.000Z', to: '2025-12-25T11:00:00.000Z' };
    const { intervals } = await ask({ hours: { weekly: week, holidays: { country: 'DE' } } }, christmas);
    expect(intervals.map(({ from, would }) => [from, would.standing, would.opening?.rule])).toEqual([
      [christmas.from, 'missed', undefined], ['2025-12-24T23:00:00.000Z', 'outside-hours', 'holiday'],
    ]);
  });

  it('on a plan that has no hours it says what changes nothing', async () => {
    const poor = await api.addTenant('what-if-standard', 'standard');
    const shop = await api.addSite(poor);
    await playProjector(api, poor);
    const { body } = await api.did('POST', `${poor.path}/what-if`, { body: { siteId: shop, ...range, suppose: { hours: open(8, 9) } } });
    expect([(body as WhatIfAnswer).inactive, (body as WhatIfAnswer).differSeconds]).toEqual([['hours'], 0]);
    // What lies farther back than its plan tells holds nothing.
    const longAgo = { from: rfc(clock(8) - 400 * 24 * HOUR), to: rfc(clock(8) - 398 * 24 * HOUR) };
    const { body: nothing } = await api.did('POST', `${poor.path}/what-if`, { body: { siteId: shop, ...longAgo, suppose: { mode: 'agents' } } });
    expect([(nothing as WhatIfAnswer).intervals, (nothing as WhatIfAnswer).days, (nothing as WhatIfAnswer).next]).toEqual([[], [], null]);
  });

  it('in slices: a range in which little happened is one', async () => {
    const suppose = { hours: open(10, 16) };
    const [whole, slice] = [await ask(suppose), await ask(suppose, { slice: true })];
    expect([slice.next, slice.to, slice.intervals]).toEqual([null, range.to, whole.intervals]);
    expect(whole.next).toBeNull();
  });

  it('is for those who read reports, and for nobody else', async () => {
    const body = { siteId: site, ...range, suppose: { mode: 'agents' } };
    for (const [role, status] of [['auditor', 200], ['manager', 200], ['agent', 403]] as const) {
      expect((await api.call('POST', path(), { body, token: await api.issueKey(tenant, role) })).status).toBe(status);
    }
  });

  it.each<[string, object, string]>([
    ['no supposition', { suppose: {} }, '/suppose'],
    ['a time that is none', { suppose: { hours: { weekly: [{ days: ['mo'], opens: '25:00', closes: '17:00' }] } } }, '/suppose/hours/weekly/0/opens'],
    ['opens = closes', { suppose: { hours: { weekly: [{ days: ['mo'], opens: '08:00', closes: '08:00' }] } } }, '/suppose/hours/weekly/0/closes'],
    ['no interval', { suppose: { hours: { weekly: [] } } }, '/suppose/hours/weekly'],
    ['an unknown zone', { suppose: { hours: { ...open(8, 9), timeZone: 'Mars/Olympus' } } }, '/suppose/hours/timeZone'],
    ['an unknown country', { suppose: { hours: { ...open(8, 9), holidays: { country: 'XX' } } } }, '/suppose/hours/holidays/country'],
    ['hours of no group', { suppose: { groupHours: open(8, 9) } }, '/suppose/groupHours'],
    ['an unknown agent', { suppose: { agentGroups: [{ agentId: 'nobody', groupIds: [] }] } }, '/suppose/agentGroups/0/agentId'],
    ['an agent twice', { suppose: { agentGroups: [{ agentId: 'a', groupIds: [] }, { agentId: 'a', groupIds: [] }] } }, '/suppose/agentGroups/1/agentId'],
    ['from after to', { from: range.to, to: range.from }, '/to'],
    ['a range without end', { from: '2000-01-01T00:00:00Z' }, '/to'],
    ['five weeks and more by hours', { from: rfc(clock(20) - 36 * 24 * HOUR), by: 'hour' }, '/to'],
    ['two days by minutes', { from: rfc(clock(20) - 26 * HOUR), by: 'minute' }, '/to'],
    ['the future', { from: '2099-01-01T00:00:00Z', to: '2099-01-02T00:00:00Z' }, '/from'],
    ['no time', { from: 'yesterday' }, '/from'],
    ['a slice that is none', { slice: 'the first' }, '/slice'],
    ['another lease', { suppose: { leaseSeconds: 60 } }, '/suppose/leaseSeconds'],
  ])('refuses %s', async (_what, more, pointer) => {
    await api.refuses(['POST', path(), { body: { siteId: site, ...range, suppose: { mode: 'agents' }, ...more } }], 422, 'invalid-body', pointer);
  });

  it('an unknown group in the supposition has its place, and nothing of what is unknown or foreign is found', async () => {
    const body = { siteId: site, ...range, suppose: { agentGroups: [{ agentId: anna, groupIds: [de, 'nowhere'] }] } };
    await api.refuses(['POST', path(), { body }], 422, 'invalid-body', '/suppose/agentGroups/0/groupIds/1');
    const other = await api.addTenant('what-if-elsewhere');
    const asked = { siteId: site, ...range, suppose: { mode: 'agents' } };
    await api.refuses(['POST', `${other.path}/what-if`, { body: asked }], 404, 'not-found');
    for (const wrong of [{ siteId: 'nowhere' }, { siteId: await api.addSite(other) }, { groupId: await api.addGroup(other, 'DE') }]) {
      await api.refuses(['POST', path(), { body: { ...asked, ...wrong } }], 404, 'not-found');
    }
    await api.refuses(['POST', path(), { body: '{"siteId":' }], 400, 'unreadable-json');
    await api.refuses(['POST', path(), { body: JSON.stringify({ ...asked, pad: 'x'.repeat(100 * 1024) }) }], 413, 'too-large');
  });
});
