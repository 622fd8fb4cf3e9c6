import { describe, expect, it } from '@jest/globals';
import {
  at,
  BoxStory,
  groupAdded,
  groupRemoved,
  movedToGroups,
  presentAgent,
  shopWithGroups,
  signedIn,
  siteAdded,
  switchedTo,
} from '#testing';
import { SITE_ITSELF } from './tenant-boxes.js';

describe('the version of a site (architecture 6: one counter for the site and all its groups, stepped per event)', () => {
  it('steps once per event, however many boxes the event changes', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('U', 'offline')]);
    const before = story.version();
    const changes = story.tell(switchedTo('U', 'online'));
    expect(changes.map(({ box }) => box.version)).toEqual([before + 1, before + 1, before + 1]);
    expect(story.version()).toBe(before + 1);
  });

  it('does not step for an event that changes nothing a visitor can see', () => {
    const story = new BoxStory([...shopWithGroups('DE'), ...presentAgent('A', 'online')]);
    const before = story.version();
    story.tell(signedIn('A', 'mobile'), ...presentAgent('B', 'online'), switchedTo('B', 'busy'));
    expect(story.version()).toBe(before);
  });

  it('counts per site: a site added later begins at its own 1', () => {
    const story = new BoxStory([...shopWithGroups('DE'), ...presentAgent('A', 'online')]);
    story.tell(siteAdded('blog'));
    expect(story.version('blog')).toBe(1);
    const before = story.version('shop');
    story.tell(switchedTo('A', 'busy'));
    expect([story.version('shop'), story.version('blog')]).toEqual([before + 1, 2]);
  });

  it('a removed site changes no more', () => {
    const story = new BoxStory([...shopWithGroups(), { type: 'SiteRemoved', data: { siteId: 'shop' } }]);
    const before = story.version();
    expect(story.tell(...presentAgent('A', 'online'))).toEqual([]);
    expect(story.version()).toBe(before);
  });

  it('a new group starts with a box on every site', () => {
    const story = new BoxStory([...shopWithGroups(), siteAdded('blog'), ...presentAgent('A', 'busy')]);
    expect(story.tell(groupAdded('DE')).map(({ siteId, groupId, before, box }) => [siteId, groupId, before, box.status])).toEqual([
      ['shop', 'DE', null, 'busy'],
      ['blog', 'DE', null, 'busy'],
    ]);
  });
});

describe('a deleted group leaves a tombstone', () => {
  it('at a version not lower than the deletion, with the status of the site', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE'])]);
    story.tell(groupRemoved('DE'));
    expect(story.boxes.sites.get('shop')?.boxes.get('DE')).toMatchObject({ status: 'online', version: story.version(), removed: true });
  });

  it('steps the version even if the group showed what the site shows: who asks for it learns that it is gone', () => {
    const story = new BoxStory(shopWithGroups('DE'));
    const before = story.version();
    expect(story.tell(groupRemoved('DE'))).toMatchObject([
      { groupId: 'DE', before: 'offline', box: { status: 'offline', version: before + 1, removed: true } },
    ]);
  });

  it('does not move any more; the site does', () => {
    const story = new BoxStory([...shopWithGroups('DE'), groupRemoved('DE')]);
    const grave = story.boxes.sites.get('shop')?.boxes.get('DE');
    story.tell(...presentAgent('A', 'online', ['DE']));
    expect(story.shown()).toEqual({ site: 'online' });
    expect(story.boxes.sites.get('shop')?.boxes.get('DE')).toEqual(grave);
  });
});

describe('since when a box shows what it shows (D21, D25)', () => {
  const since = (story: BoxStory) => story.boxes.sites.get('shop')?.boxes.get(SITE_ITSELF)?.since;

  it('is the time at which the fact became true', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'offline')]);
    story.tell({ ...switchedTo('A', 'online'), effectiveAt: at('12:30:00') });
    expect(since(story)).toBe(at('12:30:00'));
  });

  it('never moves back behind what was shown, however late a fact becomes known', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'offline')]);
    story.tell({ ...switchedTo('A', 'online'), effectiveAt: at('12:30:00') });
    story.tell({ ...switchedTo('A', 'offline'), effectiveAt: at('12:29:00') });
    expect(since(story)).toBe(at('12:30:00'));
  });

  it('stays while other boxes of the site change', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE'])]);
    const before = since(story);
    story.tell(movedToGroups('A', ['EN'], ['DE']));
    expect(since(story)).toBe(before);
  });
});
