import { describe, expect, it } from '@jest/globals';
import { at, type BoxFact, BoxStory, planChanged, presentAgent, pushes, shopWithGroups, switchedTo } from '#testing';
import type { SiteMode, ToldOpening, ToldTurn } from '../tenant-settings/index.js';
import { explainBox } from './explain.js';
import { previewStatus } from './preview.js';

const because = { rule: 'weekly', of: 'site' } as const;
const rfc = (time: string): string => new Date(at(time)).toISOString();
const turn = (time: string, open: boolean): ToldTurn => ({ at: rfc(time), open });
const opening = (open: boolean, upcoming: ToldTurn[] = [], groupId: string | null = null): ToldOpening => ({ groupId, open, because, upcoming });
const hours = (...openings: ToldOpening[]): BoxFact => ({ type: 'HoursChanged', data: { siteId: 'shop', hours: {}, openings } });
const mode = (to: SiteMode, details: { until?: string; restores?: SiteMode } = {}): BoxFact => ({
  type: 'SiteModeChanged',
  data: { siteId: 'shop', from: 'agents-and-hours', to, ...details },
});
const turned = (opens: boolean, upcoming: ToldTurn[] = [], groupId: string | null = null): BoxFact => ({
  type: opens ? 'OpeningStarted' : 'OpeningEnded',
  data: { siteId: 'shop', groupId, because, upcoming },
});
const shop = (...facts: BoxFact[]) => new BoxStory([...shopWithGroups('DE'), ...facts]);
const next = (story: BoxStory, groupId = '') => story.boxes.sites.get('shop')?.boxes.get(groupId)?.next;
const why = (story: BoxStory, groupId: string | null = null) => {
  const { boxes } = story;
  return explainBox(boxes, boxes.sites.get('shop')!.site, groupId);
};

describe('opening hours are a gate before the agents (rule 3)', () => {
  it('case 31: at closing time the box turns offline and the agent stays online', () => {
    const story = shop(hours(opening(true)), ...presentAgent('A', 'online'));
    expect(pushes(story.tell(turned(false)))).toEqual(['site: online -> offline', 'DE: online -> offline']);
    expect(story.boxes.agents.get('A')?.intent.status).toBe('online');
  });

  it('case 32: an agent who clicks online outside the hours opens nothing', () => {
    const story = shop(hours(opening(false)), ...presentAgent('A', 'offline'));
    expect(story.tell(switchedTo('A', 'online'))).toEqual([]);
    expect(previewStatus(story.boxes, 'A', 'online')).toEqual([]);
  });

  it('case 33: inside the hours nobody online is offline', () => {
    expect(shop(hours(opening(true)), ...presentAgent('A', 'offline')).shown()).toEqual({ site: 'offline', DE: 'offline' });
  });

  it('case 41: hours switched off give the normal rule back at once', () => {
    const story = shop(hours(opening(false)), ...presentAgent('A', 'busy'));
    expect(pushes(story.tell(hours()))).toEqual(['site: offline -> busy', 'DE: offline -> busy']);
  });

  it("a group's own hours replace the site's for that group only (D6)", () => {
    const story = shop(hours(opening(true), opening(false, [], 'DE')), ...presentAgent('A', 'online'));
    expect(story.shown()).toEqual({ site: 'online', DE: 'offline' });
    expect(pushes(story.tell(turned(true, [], 'DE'), turned(false)))).toEqual(['DE: offline -> online', 'site: online -> offline']);
  });

  it('a plan without hours keeps them stored, inactive, and says so (D20)', () => {
    const story = shop(hours(opening(false)), ...presentAgent('A', 'online'));
    expect(pushes(story.tell(planChanged('pro', 'standard')))).toEqual(['site: offline -> online', 'DE: offline -> online']);
    expect(why(story).reasons).toMatchObject([{ rule: 'plan', inactive: 'hours', decides: false }, { rule: 'agents', decides: true }]);
    expect(story.tell(planChanged('standard', 'pro'))).toHaveLength(2);
  });
});

describe('a site mode comes before hours and agents (D6, D7)', () => {
  it.each<[SiteMode, boolean, string]>([
    ['agents-and-hours', true, 'busy'],
    ['agents-and-hours', false, 'offline'],
    ['agents', false, 'busy'],
    ['hours', true, 'online'],
    ['hours', false, 'offline'],
    ['force-online', false, 'online'],
    ['force-offline', true, 'offline'],
  ])('%s with hours open=%s and a busy agent is %s', (to, open, status) => {
    expect(shop(...presentAgent('A', 'busy'), hours(opening(open)), mode(to)).shown()).toEqual({ site: status, DE: status });
  });

  it('hours alone, where there are none, is always open', () => {
    const story = shop(mode('hours'));
    expect(story.shown().site).toBe('online');
    expect(why(story).reasons).toMatchObject([{ rule: 'site-mode', mode: 'hours', decides: true }, { rule: 'agents', decides: false }]);
  });

  it('hours alone, where the plan has none, is always open as well: the mode decides, and the plan is named (D20)', () => {
    const story = shop(hours(opening(false)), planChanged('pro', 'standard'), mode('hours'));
    expect(story.shown().site).toBe('online');
    const decides = why(story).reasons.map((reason) => [reason.rule, reason.decides]);
    expect(decides).toEqual([['site-mode', true], ['plan', false], ['agents', false]]);
  });

  it('a disabled group stays offline also where a person forces the site online', () => {
    const story = shop(mode('force-online'), { type: 'GroupDisabled', data: { groupId: 'DE' } });
    expect(story.shown()).toEqual({ site: 'online', DE: 'offline' });
  });
});

describe('the known future (D21)', () => {
  it('tells closing time while somebody is online, and the next opening while it is closed', () => {
    const story = shop(hours(opening(true, [turn('17:00:00', false), turn('20:00:00', true)])), ...presentAgent('A', 'online'));
    expect(next(story)).toEqual({ at: at('17:00:00'), status: 'offline' });
    story.tell(turned(false, [turn('20:00:00', true)]));
    expect(next(story)).toEqual({ at: at('20:00:00'), status: 'online' });
  });

  it('looks past a turn that nobody sees: nobody is online before the lunch break is over', () => {
    const timed = switchedTo('A', 'offline', { from: 'online', statusVersion: 2, until: rfc('12:30:00'), restores: 'online' });
    const story = shop(hours(opening(true, [turn('12:10:00', false), turn('13:00:00', true), turn('17:00:00', false)])), ...presentAgent('A', 'online'), timed);
    expect(next(story)).toEqual({ at: at('13:00:00'), status: 'online' });
  });

  it('says nothing beyond the last turn that is known', () => {
    const three = [turn('12:10:00', false), turn('13:00:00', true), turn('17:00:00', false)];
    const timed = switchedTo('A', 'offline', { from: 'online', statusVersion: 2, until: rfc('18:00:00'), restores: 'online' });
    expect(next(shop(hours(opening(true, three)), ...presentAgent('A', 'online'), timed))).toBeNull();
    // Two turns are all there will ever be, so what comes after them is known.
    const two = [turn('12:10:00', false), turn('13:00:00', true)];
    expect(next(shop(hours(opening(true, two)), ...presentAgent('A', 'online'), timed))).toEqual({ at: at('18:00:00'), status: 'online' });
  });

  it('tells the end of a mode for a while', () => {
    const story = shop(...presentAgent('A', 'busy'), mode('force-offline', { until: rfc('14:00:00'), restores: 'agents-and-hours' }));
    expect(next(story)).toEqual({ at: at('14:00:00'), status: 'busy' });
    expect(next(story, 'DE')).toEqual({ at: at('14:00:00'), status: 'busy' });
  });

  it('a turn of one site changes no other site', () => {
    const story = shop({ type: 'SiteAdded', data: { siteId: 'blog', key: 'blog', origins: [], timeZone: 'UTC' } }, ...presentAgent('A', 'online'));
    story.tell(hours(opening(false)));
    expect([story.shown('shop').site, story.shown('blog').site]).toEqual(['offline', 'online']);
    expect(previewStatus(story.boxes, 'A', 'busy')).toEqual([
      { scope: 'site', id: 'blog', from: 'online', to: 'busy' },
      { scope: 'group', id: 'DE', from: 'online', to: 'busy' },
    ]);
  });
});

describe('why is it closed (case 57)', () => {
  it('names the hours, whose they are, and when they open', () => {
    const story = shop(hours(opening(false, [turn('20:00:00', true)])), ...presentAgent('A', 'online'));
    expect(why(story)).toMatchObject({
      status: 'offline',
      reasons: [
        { rule: 'hours', decides: true, open: false, because, nextTurn: rfc('20:00:00') },
        { rule: 'agents', decides: false, outcome: 'online' },
      ],
      wouldOpen: { change: 'change-hours', siteId: 'shop', opensAt: rfc('20:00:00') },
    });
  });

  it('names a forced mode, its end, and that changing it would open the box', () => {
    const story = shop(mode('force-offline', { until: rfc('14:00:00'), restores: 'agents' }), ...presentAgent('A', 'online'));
    expect(why(story)).toMatchObject({
      reasons: [{ rule: 'site-mode', decides: true, mode: 'force-offline', until: rfc('14:00:00'), restores: 'agents' }, { rule: 'agents', decides: false }],
      wouldOpen: { change: 'change-mode', siteId: 'shop' },
    });
  });
});
