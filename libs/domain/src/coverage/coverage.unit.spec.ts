import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, type BoxFact, BoxStory, groupAdded, movedToGroups, planChanged, presentAgent, shopWithGroups, signedOut, switchedTo } from '#testing';
import type { AgentEvent } from '../agent-presence/index.js';
import { AGENTS, live, type Wish, wishes } from '../box-status/any-history.fixture.js';
import { type BoxEvent, emptyTenantBoxes, type TenantBoxes } from '../box-status/index.js';
import { evolveSite, type GapEnd, type Site, type SiteEvent, siteFold, type SiteMode } from '../tenant-settings/index.js';
import { applyWatched, type Gap, type GapTurn, isUncovered, tellGaps } from './index.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const because = { rule: 'weekly', of: 'site' } as const;
const hours = (open: boolean, groupId: string | null = null): BoxFact => ({
  type: 'HoursChanged', data: { siteId: 'shop', hours: {}, openings: [{ groupId, open, because, upcoming: [] }] },
});
const turned = (opens: boolean): BoxFact => ({ type: opens ? 'OpeningStarted' : 'OpeningEnded', data: { siteId: 'shop', groupId: null, because, upcoming: [] } });
const mode = (to: SiteMode): BoxFact => ({ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents-and-hours', to } });
const goes = (agentId: string, to: 'online' | 'busy' | 'offline'): AgentEvent => switchedTo(agentId, to, { from: to === 'offline' ? 'online' : 'offline' });
const lapsed = (agentId: string): BoxFact => ({ type: 'HeartbeatExpired', data: { agentId, sessionId: `${agentId}-desktop`, lastSeenAt: new Date(0).toISOString() } });

/** What a projector notes, and what those who look make of it. */
class Watch {
  readonly rows: (Gap & { readonly siteId: string; over: Gap['over'] })[] = [];
  readonly told: (SiteEvent & { readonly effectiveAt: number })[] = [];
  readonly sites = new Map<string, Site>();

  constructor(readonly boxes: TenantBoxes = emptyTenantBoxes()) {}

  fold(fact: BoxEvent): GapTurn[] {
    const { gaps } = applyWatched(this.boxes, fact);
    const { siteId } = fact.data as { siteId?: string };
    if (siteId !== undefined) this.sites.set(siteId, evolveSite(this.site(siteId), fact as SiteEvent));
    for (const { siteId: of, groupId, at: when, over } of gaps) {
      const lasting = this.rows.find((row) => row.siteId === of && row.groupId === groupId && row.over === null);
      if (over === null && !lasting) this.rows.push({ siteId: of, groupId, since: when, over: null });
      if (over !== null && lasting) lasting.over = { at: Math.max(when, lasting.since), because: over };
    }
    return gaps;
  }

  /** A look; `dies`: nobody notes what was told, and the next one sees the same gaps again. */
  look(now: number, dies = false): void {
    for (const siteId of new Set(this.rows.map((row) => row.siteId))) {
      for (const event of tellGaps(this.rows.filter((row) => row.siteId === siteId), MINUTE, this.site(siteId), now)) {
        this.told.push(event);
        this.sites.set(siteId, evolveSite(this.site(siteId), event));
      }
    }
    if (!dies) this.rows.splice(0, Infinity, ...this.rows.filter(({ over }) => over === null));
  }

  site(siteId: string): Site {
    return this.sites.get(siteId) ?? siteFold.initial;
  }
}

const START = at('08:00:00');
const rfc = (seconds: number) => new Date(START + seconds * SECOND).toISOString();
/** Facts at seconds of a story, with a look every second until `until`; gives what was told: second, type, scope, and why it was over. */
function tell(until: number, ...facts: readonly (readonly [second: number, fact: BoxFact])[]): unknown[] {
  const watch = new Watch();
  for (const fact of [...shopWithGroups('DE'), ...presentAgent('A', 'online')]) watch.fold({ effectiveAt: START - MINUTE, ...fact });
  for (let second = 0; second <= until; second += 1) {
    for (const [when, fact] of facts) if (when === second) watch.fold({ effectiveAt: START + second * SECOND, ...fact });
    watch.look(START + second * SECOND);
  }
  return watch.told.map((event) => {
    const { groupId, since, because: why } = event.data as { groupId: string | null; since: string; because?: GapEnd };
    return [(event.effectiveAt - START) / SECOND, event.type, groupId ?? 'site', (Date.parse(since) - START) / SECOND, ...(why ? [why] : [])];
  });
}
const ofSite = (told: unknown[]) => told.filter((one) => (one as unknown[])[2] === 'site');

describe('coverage (case 56)', () => {
  it('everybody offline inside hours for 60 s: one alert, and one recovery notice when somebody comes', () => {
    expect(ofSite(tell(600, [0, hours(true)], [100, goes('A', 'offline')], [400, goes('A', 'busy')]))).toEqual([
      [160, 'CoverageLost', 'site', 100],
      [400, 'CoverageRestored', 'site', 100, 'somebody-there'],
    ]);
  });

  it('each box of a group stands for itself', () => {
    expect(tell(200, [0, goes('A', 'offline')])).toEqual([[60, 'CoverageLost', 'site', 0], [60, 'CoverageLost', 'DE', 0]]);
    const [away, back] = [movedToGroups('A', ['EN']), movedToGroups('A', ['DE'], ['EN'])];
    const moved = tell(300, [0, groupAdded('EN')], [10, away], [200, back]);
    expect(moved).toEqual([[70, 'CoverageLost', 'DE', 10], [200, 'CoverageRestored', 'DE', 10, 'somebody-there'], [260, 'CoverageLost', 'EN', 200]]);
  });

  it('less than 60 s is nothing, however often', () => {
    const flaps = Array.from({ length: 20 }, (_, i) => [i * 59, goes('A', i % 2 === 0 ? 'offline' : 'online')] as const);
    expect(tell(19 * 59 + 70, ...flaps)).toEqual([]);
  });

  it('a lease that ran out counts from its end', () => {
    const found = { ...lapsed('A'), effectiveAt: START + 97 * SECOND };
    expect(ofSite(tell(300, [50, signedOut('A')], [100, found]))).toEqual([[157, 'CoverageLost', 'site', 97]]);
  });

  it('none outside hours; a gap begins with them, and ends with them', () => {
    expect(ofSite(tell(900, [0, hours(false)], [10, goes('A', 'offline')], [300, turned(true)], [700, turned(false)]))).toEqual([
      [360, 'CoverageLost', 'site', 300],
      [700, 'CoverageRestored', 'site', 300, 'hours-ended'],
    ]);
  });

  it('hours that are saved while nobody is there make an alert; a new box without them has lost nobody yet', () => {
    const watch = new Watch();
    for (const fact of [...shopWithGroups('DE'), ...presentAgent('A', 'offline')]) watch.fold({ effectiveAt: START, ...fact });
    expect(watch.rows).toEqual([]);
    expect(watch.fold({ effectiveAt: START, ...hours(true) })).toMatchObject([{ groupId: null, over: null }, { groupId: 'DE', over: null }]);
  });

  it.each<[SiteMode, boolean]>([['agents-and-hours', true], ['agents', true], ['hours', false], ['force-online', false], ['force-offline', false]])(
    'in the mode %s a box can be uncovered: %s',
    (to, can) => {
      expect(ofSite(tell(100, [0, mode(to)], [1, goes('A', 'offline')]))).toHaveLength(can ? 1 : 0);
    },
  );

  it('a mode that closes the box ends the gap, and one that gives it back begins another', () => {
    expect(ofSite(tell(900, [0, goes('A', 'offline')], [100, mode('force-offline')], [500, mode('agents-and-hours')]))).toEqual([
      [60, 'CoverageLost', 'site', 0],
      [100, 'CoverageRestored', 'site', 0, 'mode-changed'],
      [560, 'CoverageLost', 'site', 500],
    ]);
  });

  it('none outside the hours either where the mode does not heed them', () => {
    expect(tell(300, [0, hours(false)], [0, mode('agents')], [10, goes('A', 'offline')])).toEqual([]);
  });

  it('a disabled group is meant to be closed, and a plan without groups has no boxes of theirs', () => {
    const disabled: BoxFact = { type: 'GroupDisabled', data: { groupId: 'DE' } };
    expect(tell(300, [0, disabled], [1, goes('A', 'offline')])).toEqual([[61, 'CoverageLost', 'site', 1]]);
    expect(tell(300, [0, goes('A', 'offline')], [100, disabled])).toContainEqual([100, 'CoverageRestored', 'DE', 0, 'group-disabled']);
    expect(tell(300, [0, planChanged('pro', 'standard')], [1, goes('A', 'offline')])).toEqual([[61, 'CoverageLost', 'site', 1]]);
  });

  it('a group that is gone has its gap ended; of a site that is gone nothing is told any more', () => {
    expect(tell(300, [0, goes('A', 'offline')], [100, { type: 'GroupRemoved', data: { groupId: 'DE' } }])).toContainEqual([100, 'CoverageRestored', 'DE', 0, 'removed']);
    expect(tell(300, [0, goes('A', 'offline')], [100, { type: 'SiteRemoved', data: { siteId: 'shop' } }])).toHaveLength(2);
  });

  it('what nobody could look at in time is told afterwards, with the times it had', () => {
    const site = evolveSite(siteFold.initial, { type: 'SiteAdded', data: { siteId: 'shop', key: 'k', origins: [], timeZone: 'UTC' } });
    const gap: Gap = { groupId: null, since: START, over: { at: START + 5 * MINUTE, because: 'somebody-there' } };
    expect(tellGaps([gap], MINUTE, site, START + 60 * MINUTE)).toEqual([
      { type: 'CoverageLost', data: { siteId: 'shop', groupId: null, since: rfc(0), afterSeconds: 60 }, effectiveAt: START + MINUTE },
      { type: 'CoverageRestored', data: { siteId: 'shop', groupId: null, since: rfc(0), because: 'somebody-there' }, effectiveAt: START + 5 * MINUTE },
    ]);
  });
});

describe('another length from a restart on', () => {
  const site = evolveSite(siteFold.initial, { type: 'SiteAdded', data: { siteId: 'shop', key: 'k', origins: [], timeZone: 'UTC' } });
  const lost = { type: 'CoverageLost', data: { siteId: 'shop', groupId: null, since: rfc(0), afterSeconds: 60 } } as const;

  it.each([['longer', 10 * MINUTE], ['none', 50 * 365 * 24 * 60 * MINUTE]])('%s: what was told before is ended all the same, when it was over', (_name, length) => {
    const gap: Gap = { groupId: null, since: START, over: { at: START + 2 * MINUTE, because: 'somebody-there' } };
    expect(tellGaps([gap], length, evolveSite(site, lost), START + 3 * MINUTE)).toMatchObject([{ type: 'CoverageRestored', effectiveAt: START + 2 * MINUTE }]);
    expect(tellGaps([gap], length, site, START + 3 * MINUTE)).toEqual([]);
  });
});

const looks = fc.array(fc.record({ after: fc.integer({ min: 0, max: 200 }), dies: fc.boolean() }), { maxLength: 40 });
const pauses = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 7, maxLength: 7 });
const agentId = fc.constantFrom('A', 'A', 'A', 'B');
const comeAndGo = fc.array(fc.record({ wish: fc.constant('switch' as const), agentId, sessionId: fc.constant('s1'), status: fc.constantFrom('online', 'offline') }), { maxLength: 30 });
const next = <T>(rest: Iterator<T>): T[] => {
  const { done, value } = rest.next();
  return done ? [] : [value];
};
/** Everybody signs in; then they come and go, and now and then something else happens. */
function lively(wished: readonly Wish[], switched: readonly Wish[]): Wish[] {
  const signedIn = AGENTS.map((id): Wish => ({ wish: 'sign in', agentId: id, sessionId: 's1' }));
  const [every, others] = [Math.max(1, Math.ceil(switched.length / (wished.length + 1))), wished.values()];
  return [...signedIn, ...switched.flatMap((one, i) => (i % every === every - 1 ? [one, ...next(others)] : [one])), ...others];
}

describe('any history, any looks', () => {
  it('give exactly one alert for each gap that lasted, and one ending for each that is over', () => {
    let lasted = 0;
    fc.assert(
      fc.property(wishes, comeAndGo, pauses, looks, (wished, switched, paused, looked) => {
        const story = new BoxStory();
        const facts = live(story, lively(wished.filter(({ wish }) => wish !== 'coverage'), switched as Wish[]), (fact) => story.tell(fact)).map((fact, i) => ({ ...fact, seconds: paused[i % paused.length] ?? 0 }));
        const watch = new Watch();
        const expected = new Map<string, { since: number; to: number | null }[]>();
        let now = START;
        let lookAt = START;
        const due = looked.map(({ after, dies }) => ({ at: (lookAt += after * SECOND + 1), dies }));
        for (const { seconds, ...fact } of facts) {
          now += seconds * SECOND;
          while (due[0] && due[0].at < now) {
            const { at: when, dies } = due.shift()!;
            watch.look(when, dies);
          }
          const before = new Set(uncovered(watch.boxes));
          const there = new Set(boxesOf(watch.boxes));
          watch.fold({ ...fact, effectiveAt: now });
          const after = uncovered(watch.boxes);
          for (const id of before) if (!after.includes(id)) for (const gap of expected.get(id) ?? []) gap.to ??= now;
          for (const id of after) {
            const gaps = expected.get(id) ?? [];
            const begins = there.has(id) && (!before.has(id) || fact.type === 'HoursChanged' || fact.type === 'OpeningsChanged');
            const concerned = !before.has(id) || id.startsWith(`${(fact.data as { siteId?: string }).siteId ?? ''}/`);
            if (begins && concerned && gaps.at(-1)?.to !== null) expected.set(id, [...gaps, { since: now, to: null }]);
          }
        }
        now += 200 * SECOND;
        for (const { at: when, dies } of due) if (when < now) watch.look(when, dies);
        watch.look(now);
        watch.look(now);
        const toldOf = (type: string, id: string) => watch.told.filter((event) => event.type === type && idOf(event.data) === id);
        const told = (type: string, id: string) => toldOf(type, id).map(({ data }) => Date.parse((data as { since: string }).since));
        for (const [id, gaps] of expected) {
          if (watch.site(id.split('/')[0] ?? '').standing !== 'present') continue;
          const lasted = gaps.filter(({ since, to }) => (to ?? now) - since >= MINUTE);
          expect([id, told('CoverageLost', id)]).toEqual([id, lasted.map(({ since }) => since)]);
          expect([id, told('CoverageRestored', id)]).toEqual([id, lasted.filter(({ to }) => to !== null).map(({ since }) => since)]);
        }
        lasted += watch.told.length;
        const known = new Set(expected.keys());
        expect(watch.told.filter(({ data }) => !known.has(idOf(data)))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect(lasted).toBeGreaterThan(500); // histories in which nothing is told would prove nothing
  });
});

const idOf = (data: object) => `${(data as { siteId: string }).siteId}/${(data as { groupId?: string | null }).groupId ?? ''}`;
const boxesOf = ({ sites }: TenantBoxes) =>
  [...sites].flatMap(([siteId, { boxes }]) => [...boxes].flatMap(([id, { removed }]) => (removed ? [] : [`${siteId}/${id}`])));
function uncovered(boxes: TenantBoxes): string[] {
  return [...boxes.sites.keys()].flatMap((siteId) => [null, ...boxes.groups.keys()].filter((id) => isUncovered(boxes, siteId, id)).map((id) => `${siteId}/${id ?? ''}`));
}
