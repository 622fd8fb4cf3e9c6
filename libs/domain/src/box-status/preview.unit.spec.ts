import { describe, expect, it } from '@jest/globals';
import { agentAdded, BoxStory, planChanged, presentAgent, shopWithGroups, sessionEnded, siteAdded, switchedTo } from '#testing';
import { previewStatus } from './preview.js';

describe('what a click would change, said before it is made', () => {
  it('"you are the last one in DE": the group goes offline, the site stays', () => {
    const story = new BoxStory([
      ...shopWithGroups('DE', 'EN'),
      ...presentAgent('A', 'online', ['DE']),
      ...presentAgent('B', 'online', ['EN']),
    ]);
    expect(previewStatus(story.boxes, 'A', 'offline')).toEqual([{ scope: 'group', id: 'DE', from: 'online', to: 'offline' }]);
  });

  it('the last one of the account takes every site along', () => {
    const story = new BoxStory([...shopWithGroups('DE'), siteAdded('blog'), ...presentAgent('A', 'online', ['DE'])]);
    expect(previewStatus(story.boxes, 'A', 'busy')).toEqual([
      { scope: 'site', id: 'shop', from: 'online', to: 'busy' },
      { scope: 'site', id: 'blog', from: 'online', to: 'busy' },
      { scope: 'group', id: 'DE', from: 'online', to: 'busy' },
    ]);
  });

  it('an agent in no group moves every group', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('U', 'offline')]);
    expect(previewStatus(story.boxes, 'U', 'online').map(({ id }) => id)).toEqual(['shop', 'DE', 'EN']);
  });

  it('somebody else who is online makes it no change', () => {
    const story = new BoxStory([...shopWithGroups('DE'), ...presentAgent('A', 'online', ['DE']), ...presentAgent('U', 'online')]);
    expect(previewStatus(story.boxes, 'A', 'offline')).toEqual([]);
  });

  it('changes nothing', () => {
    const story = new BoxStory([...shopWithGroups('DE'), ...presentAgent('A', 'online', ['DE'])]);
    const before = JSON.stringify([...story.boxes.tallies.byGroup, story.boxes.tallies, ...story.boxes.agents, story.shown()]);
    previewStatus(story.boxes, 'A', 'offline');
    expect(JSON.stringify([...story.boxes.tallies.byGroup, story.boxes.tallies, ...story.boxes.agents, story.shown()])).toBe(before);
  });

  it('a disabled group does not move', () => {
    const story = new BoxStory([
      ...shopWithGroups('DE'),
      { type: 'GroupDisabled', data: { groupId: 'DE' } },
      ...presentAgent('A', 'online', ['DE']),
    ]);
    expect(previewStatus(story.boxes, 'A', 'offline').map(({ scope }) => scope)).toEqual(['site']);
  });

  it('on a plan without groups every group moves with the site (D20)', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE']), planChanged('pro', 'free')]);
    expect(previewStatus(story.boxes, 'A', 'offline').map(({ id }) => id)).toEqual(['shop', 'DE', 'EN']);
  });

  it('takes whoever asks as present, also while the sign-in has not reached the read model yet', () => {
    const story = new BoxStory([...shopWithGroups(), agentAdded('A')]);
    expect(previewStatus(story.boxes, 'A', 'online')).toEqual([{ scope: 'site', id: 'shop', from: 'offline', to: 'online' }]);
  });

  it('an unknown or deactivated agent changes nothing', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'offline')]);
    story.tell(sessionEnded('A'), { type: 'AgentDeactivated', data: { agentId: 'A' } });
    expect([previewStatus(story.boxes, 'A', 'online'), previewStatus(story.boxes, 'nobody', 'online')]).toEqual([[], []]);
  });

  it('says from what the box shows now, not from what the agent is', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), ...presentAgent('B', 'busy')]);
    story.tell(switchedTo('A', 'offline', { from: 'online' }));
    expect(previewStatus(story.boxes, 'A', 'online')).toEqual([{ scope: 'site', id: 'shop', from: 'busy', to: 'online' }]);
  });
});
