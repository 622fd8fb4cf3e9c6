import { describe, expect, it } from '@jest/globals';
import {
  agentAdded,
  at,
  BoxStory,
  groupAdded,
  groupRemoved,
  movedToGroups,
  planChanged,
  presentAgent,
  pushes,
  sessionEnded,
  shopWithGroups,
  signedIn,
  signedOut,
  siteAdded,
  switchedTo,
  tenantAdded,
} from '#testing';
import { boxStatus } from './box-status.js';

describe('a box shows the best of the agents that count: online > busy > offline (D2, D3)', () => {
  it.each([
    [{ online: 0, busy: 0 }, 'offline'],
    [{ online: 0, busy: 1 }, 'busy'],
    [{ online: 1, busy: 0 }, 'online'],
    [{ online: 1, busy: 5 }, 'online'],
  ] as const)('%j is %s', (audience, status) => {
    expect(boxStatus(audience, 'agents')).toBe(status);
    for (const gate of ['online', 'offline'] as const) expect(boxStatus(audience, gate)).toBe(gate);
  });
});

describe('without groups (rule 6: the site is online while at least one agent of the account is online)', () => {
  it('case 1: given one agent offline, a click on online is one push', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'offline')]);
    expect(pushes(story.tell(switchedTo('A', 'online')))).toEqual(['site: offline -> online']);
  });

  it('case 2: given A and B online, A going offline is no push', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), ...presentAgent('B', 'online')]);
    expect(story.tell(switchedTo('A', 'offline'))).toEqual([]);
    expect(story.shown()).toEqual({ site: 'online' });
  });

  it('case 3: given only A online, A offline is offline at once', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(story.tell({ ...switchedTo('A', 'offline'), effectiveAt: at('13:00:00') })).toMatchObject([
      { groupId: null, before: 'online', box: { status: 'offline', since: at('13:00:00') } },
    ]);
  });

  it('case 8: signing out and in again within the lease is no push', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(story.tell(signedOut('A'), signedIn('A', 'desktop', 's2'), sessionEnded('A', 'A-desktop'))).toEqual([]);
  });

  it('the last session that ends takes the box offline; a sign-in afterwards brings it back', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(pushes(story.tell(signedOut('A'), sessionEnded('A'), signedIn('A')))).toEqual([
      'site: online -> offline',
      'site: offline -> online',
    ]);
  });

  it('case 19: an agent forced offline by an admin is offline at once', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(pushes(story.tell(switchedTo('A', 'offline', { cause: 'admin', reason: 'asleep' })))).toEqual(['site: online -> offline']);
  });

  it('case 44: the only agent busy makes the box busy; one online and one busy make it online (rule 5)', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(pushes(story.tell(switchedTo('A', 'busy')))).toEqual(['site: online -> busy']);
    expect(pushes(story.tell(...presentAgent('B', 'online')))).toEqual(['site: busy -> online']);
  });

  it('a deactivated agent counts as offline and a reactivated one needs a sign-in', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(pushes(story.tell(sessionEnded('A'), { type: 'AgentDeactivated', data: { agentId: 'A' } }))).toEqual([
      'site: online -> offline',
    ]);
    expect(story.tell({ type: 'AgentReactivated', data: { agentId: 'A' } })).toEqual([]);
  });
});

describe('with groups (rule 7: an agent affects only the own groups, an agent in no group affects every group and the site)', () => {
  it('case 24: given A only in DE and online: DE online, EN offline, the site online', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE'])]);
    expect(story.shown()).toEqual({ site: 'online', DE: 'online', EN: 'offline' });
  });

  it('case 25: given U in no group and online: every group and the site online', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('U', 'online')]);
    expect(story.shown()).toEqual({ site: 'online', DE: 'online', EN: 'online' });
  });

  it('case 26: given A in DE and EN, offline turns both offline, one push each', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE', 'EN'])]);
    const changes = pushes(story.tell(switchedTo('A', 'offline')));
    expect(changes.sort()).toEqual(['DE: online -> offline', 'EN: online -> offline', 'site: online -> offline']);
  });

  it('case 27: given U online in no group and EN otherwise empty, U put into DE turns EN offline at once', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('U', 'online')]);
    expect(pushes(story.tell(movedToGroups('U', ['DE'])))).toEqual(['EN: online -> offline']);
  });

  it('case 28: given A online in DE only, taken out of DE every group is online', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE'])]);
    expect(pushes(story.tell(movedToGroups('A', [], ['DE'])))).toEqual(['EN: offline -> online']);
  });

  it('case 29: a widget on DE gets a push with the status of the site when DE is deleted', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['EN'])]);
    expect(story.tell(groupRemoved('DE'))).toMatchObject([{ groupId: 'DE', before: 'offline', box: { status: 'online', removed: true } }]);
  });

  it('agents whose only group is deleted drive every group (D18)', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE'])]);
    expect(pushes(story.tell(groupRemoved('DE')))).toContain('EN: offline -> online');
  });

  it('an agent who lost one of two groups stays in the other and drives nothing else', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN', 'FR'), ...presentAgent('A', 'online', ['DE', 'EN'])]);
    story.tell(groupRemoved('DE'));
    expect(story.shown()).toEqual({ site: 'online', EN: 'online', FR: 'offline' });
  });

  it('a disabled group is offline, and shows its agents again when it is enabled (D6, D19)', () => {
    const story = new BoxStory([...shopWithGroups('DE'), ...presentAgent('A', 'busy', ['DE'])]);
    expect(pushes(story.tell({ type: 'GroupDisabled', data: { groupId: 'DE' } }))).toEqual(['DE: busy -> offline']);
    expect(pushes(story.tell({ type: 'GroupEnabled', data: { groupId: 'DE' } }))).toEqual(['DE: offline -> busy']);
  });

  it('an agent of a disabled group still counts for the site', () => {
    const story = new BoxStory([
      ...shopWithGroups('DE'),
      { type: 'GroupDisabled', data: { groupId: 'DE' } },
      ...presentAgent('A', 'online', ['DE']),
    ]);
    expect(story.shown()).toEqual({ site: 'online', DE: 'offline' });
  });

  it('a membership told before its group is in the log counts from the moment the group is', () => {
    const story = new BoxStory([...shopWithGroups('EN'), ...presentAgent('A', 'online', ['DE']), groupAdded('DE')]);
    expect(story.shown()).toEqual({ site: 'online', EN: 'offline', DE: 'online' });
    story.tell(switchedTo('A', 'offline'));
    expect(story.shown()).toEqual({ site: 'offline', EN: 'offline', DE: 'offline' });
  });
});

describe('a plan without groups (D20: they stay stored but inactive, by an event)', () => {
  it('every group answers as the site, also a disabled one', () => {
    const story = new BoxStory([
      ...shopWithGroups('DE', 'EN'),
      ...presentAgent('A', 'online', ['DE']),
      { type: 'GroupDisabled', data: { groupId: 'EN' } },
    ]);
    expect(pushes(story.tell(planChanged('pro', 'free')))).toEqual(['EN: offline -> online']);
    expect(story.shown()).toEqual({ site: 'online', DE: 'online', EN: 'online' });
  });

  it('back on the top plan the groups are as they were left', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE']), planChanged('pro', 'free')]);
    story.tell(movedToGroups('A', ['EN'], ['DE']));
    expect(pushes(story.tell(planChanged('free', 'pro')))).toEqual(['DE: online -> offline']);
  });

  it('a group added and an agent of another group: still the status of the site', () => {
    const story = new BoxStory([
      tenantAdded('standard'),
      siteAdded(),
      groupAdded('DE'),
      agentAdded('A', ['DE']),
      signedIn('A'),
      groupAdded('EN'),
    ]);
    story.tell(switchedTo('A', 'busy'));
    expect(story.shown()).toEqual({ site: 'busy', DE: 'busy', EN: 'busy' });
  });
});
