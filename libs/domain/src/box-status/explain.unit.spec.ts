import { describe, expect, it } from '@jest/globals';
import {
  agentAdded, at, type BoxFact, BoxStory, groupRemoved, planChanged, presentAgent, sessionEnded, shopWithGroups, signedIn, signedOut, switchedTo,
} from '#testing';
import { explainBox as explain } from './explain.js';
import type { TenantBoxes } from './tenant-boxes.js';

const explainBox = (boxes: TenantBoxes, groupId: string | null) => explain(boxes, boxes.sites.values().next().value!.site, groupId);

const shop = (...facts: BoxFact[]) => new BoxStory([...shopWithGroups('DE', 'EN'), ...facts]).boxes;
const absent = (agentId: string, intent: 'online' | 'busy' | 'offline', groupIds: string[] = []) => [
  ...presentAgent(agentId, intent, groupIds),
  sessionEnded(agentId),
];
const disabled: BoxFact = { type: 'GroupDisabled', data: { groupId: 'DE' } };
const chosen = (agentId: string, to: 'online' | 'offline'): BoxFact => ({
  type: 'StatusOnLoginChanged',
  data: { agentId, from: 'last', to },
});

describe('a why-query names the first blocking rule (case 57)', () => {
  it('the site without a group counts everybody', () => {
    const explained = explainBox(shop(...presentAgent('A', 'busy', ['DE']), ...presentAgent('B', 'offline')), null);
    const session = { device: 'desktop', leaseSeconds: 120, reachableByPush: false, signedOut: false, startedAt: expect.any(String) };
    expect(explained).toEqual({
      status: 'busy',
      heldOpen: { by: 'agents', agentIds: ['A'], omitted: 0, unattended: false, until: null },
      reasons: [
        {
          rule: 'agents',
          decides: true,
          outcome: 'busy',
          counts: 'everybody',
          omitted: 0,
          agents: [
            {
              ...{ agentId: 'A', effectiveStatus: 'busy', intent: 'busy', through: 'account', groupIds: ['DE'] },
              sessions: [{ sessionId: 'A-desktop', ...session }],
            },
            {
              ...{ agentId: 'B', effectiveStatus: 'offline', intent: 'offline', through: 'account', groupIds: [], blockedBy: 'intent-offline' },
              sessions: [{ sessionId: 'B-desktop', ...session }],
            },
          ],
        },
      ],
    });
  });

  it('a group counts its own agents and those in no group, and nobody else', () => {
    const { reasons } = explainBox(
      shop(...presentAgent('A', 'online', ['DE']), ...presentAgent('B', 'online', ['EN']), ...presentAgent('U', 'busy')),
      'DE',
    );
    expect(reasons).toMatchObject([
      {
        rule: 'agents',
        counts: 'group-and-groupless',
        agents: [
          { agentId: 'A', through: 'group' },
          { agentId: 'U', through: 'no-group' },
        ],
      },
    ]);
  });

  it('an agent whose only group was deleted counts as one in no group', () => {
    const { reasons } = explainBox(shop(...presentAgent('B', 'online', ['EN']), groupRemoved('EN')), 'DE');
    expect(reasons).toMatchObject([{ agents: [{ agentId: 'B', through: 'no-group' }] }]);
  });

  it('an unknown or deleted group answers as the site and says so (D19)', () => {
    expect(explainBox(shop(...presentAgent('A', 'online', ['EN'])), 'nowhere')).toMatchObject({
      status: 'online',
      reasons: [
        { rule: 'unknown-group', decides: true, groupId: 'nowhere' },
        { rule: 'agents', counts: 'everybody' },
      ],
    });
  });

  it('what the plan has not closes no box: an offline one names it beside what would open it (D20)', () => {
    expect(explainBox(shop(...presentAgent('A', 'offline', ['EN']), planChanged('pro', 'standard')), 'DE').wouldOpen).toEqual({
      change: 'go-online',
      agentId: 'A',
      plan: 'standard',
      inactiveByPlan: ['groups'],
    });
  });

  it('a plan without groups says that they are stored but inactive (D20)', () => {
    expect(explainBox(shop(...presentAgent('A', 'online', ['EN']), planChanged('pro', 'standard')), 'DE')).toMatchObject({
      status: 'online',
      reasons: [
        { rule: 'plan', decides: true, plan: 'standard', inactive: 'groups' },
        { rule: 'agents', counts: 'everybody' },
      ],
    });
  });

  it('a disabled group decides before its agents; they stay visible', () => {
    expect(explainBox(shop(disabled, ...presentAgent('A', 'online', ['DE'])), 'DE')).toMatchObject({
      status: 'offline',
      reasons: [
        { rule: 'group-disabled', decides: true, groupId: 'DE' },
        { rule: 'agents', decides: false, outcome: 'online' },
      ],
      wouldOpen: { change: 'enable-group', groupId: 'DE' },
    });
  });

  it('an open box needs nothing to open it', () => {
    expect(explainBox(shop(...presentAgent('A', 'busy')), null)).not.toHaveProperty('wouldOpen');
  });

  it('says per agent what blocks', () => {
    const { reasons } = explainBox(
      shop(...presentAgent('A', 'offline'), ...absent('B', 'online'), ...absent('C', 'online'), {
        type: 'AgentDeactivated',
        data: { agentId: 'C' },
      }),
      null,
    );
    expect(reasons).toMatchObject([
      {
        agents: [
          { agentId: 'B', blockedBy: 'no-live-session' },
          { agentId: 'C', blockedBy: 'deactivated' },
          { agentId: 'A', blockedBy: 'intent-offline' },
        ],
      },
    ]);
  });

  it('lists a hundred agents, the best ones first, and counts the others', () => {
    const many = Array.from({ length: 130 }, (_, i) => presentAgent(`A${i}`, i === 129 ? 'online' : 'offline')).flat();
    const [reason] = explainBox(shop(...many), null).reasons;
    expect(reason).toMatchObject({ omitted: 30, outcome: 'online' });
    expect(reason?.rule === 'agents' && [reason.agents.length, reason.agents[0]?.agentId]).toEqual([100, 'A129']);
  });

  it('a removed agent is not mentioned', () => {
    expect(explainBox(shop(agentAdded('A'), { type: 'AgentRemoved', data: { agentId: 'A' } }), null).reasons).toMatchObject([
      { agents: [] },
    ]);
  });
});

describe('the smallest change that would open an offline box (case 57)', () => {
  it.each<[string, BoxFact[], object]>([
    ['somebody present goes online', [...absent('B', 'online'), ...presentAgent('A', 'offline')], { change: 'go-online', agentId: 'A' }],
    [
      'somebody who wants to be online signs in',
      [...absent('A', 'offline'), ...absent('B', 'online')],
      { change: 'sign-in', agentId: 'B' },
    ],
    ['somebody signs in and goes online', absent('A', 'offline'), { change: 'sign-in-and-go-online', agentId: 'A' }],
    [
      'a deactivated agent is activated',
      [...absent('A', 'online'), { type: 'AgentDeactivated', data: { agentId: 'A' } }],
      { change: 'activate-agent', agentId: 'A' },
    ],
    ['there is nobody yet', [], { change: 'add-agent' }],
    [
      'a sign-in is enough for somebody who always comes back online (D12)',
      [...absent('A', 'offline'), chosen('A', 'online')],
      { change: 'sign-in', agentId: 'A' },
    ],
    [
      'a sign-in is not enough for somebody who always comes back offline (D12)',
      [...absent('A', 'online'), chosen('A', 'offline')],
      { change: 'sign-in-and-go-online', agentId: 'A' },
    ],
  ])('%s', (_, facts, change) => {
    expect(explainBox(shop(...facts), null).wouldOpen).toEqual(change);
  });

  it('asks nobody of another group', () => {
    expect(explainBox(shop(...presentAgent('A', 'offline', ['EN'])), 'DE').wouldOpen).toEqual({ change: 'add-agent' });
  });
});

describe('what keeps an open box open', () => {
  const held = (...facts: BoxFact[]) => explainBox(shop(...facts), null).heldOpen;
  const mode = (to: 'force-online' | 'hours'): BoxFact => ({ type: 'SiteModeChanged', data: { siteId: 'shop', from: 'agents-and-hours', to } });
  const until = '2026-03-02T17:00:00.000Z';
  const hours: BoxFact = {
    type: 'HoursChanged',
    data: { siteId: 'shop', hours: {}, openings: [{ groupId: null, open: true, because: { rule: 'weekly', of: 'site' }, upcoming: [{ at: until, open: false }] }] },
  };

  it('is everybody who has its status, and not who has another', () => {
    expect(held(...presentAgent('A', 'online'), ...presentAgent('B', 'online', ['DE']), ...presentAgent('C', 'busy'))).toMatchObject({ by: 'agents', agentIds: ['A', 'B'] });
  });

  it('is nobody any more where all of them have signed out (rule 2)', () => {
    expect(held(...presentAgent('A', 'online'), signedOut('A'))).toMatchObject({ agentIds: ['A'], unattended: true });
    expect(held(...presentAgent('A', 'online'), signedOut('A'), ...presentAgent('B', 'online'))).toMatchObject({ unattended: false });
  });

  it('lasts until the hours are over, or a status for a while', () => {
    expect(held(...presentAgent('A', 'online'), hours)).toMatchObject({ by: 'agents', until });
    const soon = '2026-03-02T13:00:00.000Z';
    const forAWhile = switchedTo('A', 'busy', { until: soon, restores: 'offline', statusVersion: 2 });
    expect(held(...presentAgent('A', 'offline'), forAWhile, hours)).toMatchObject({ agentIds: ['A'], until: soon });
  });

  it('is the mode, or the hours alone', () => {
    expect(held(mode('force-online'))).toEqual({ by: 'site-mode', agentIds: [], omitted: 0, unattended: false, until: null });
    expect(held(mode('hours'))).toMatchObject({ by: 'site-mode', until: null });
    expect(held(mode('hours'), hours)).toMatchObject({ by: 'hours', until });
  });
});

describe('why an agent is not there', () => {
  const deadline = at('12:30:00');
  const expired: BoxFact = {
    ...{ type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-desktop', lastSeenAt: '2026-03-02T12:28:00.000Z' } },
    effectiveAt: deadline,
  };
  const seen = (...facts: BoxFact[]) => {
    const [reason] = explainBox(shop(...facts), null).reasons;
    return reason?.rule === 'agents' ? reason.agents[0] : undefined;
  };

  it('a lease that ended says when, and when the last beat was', () => {
    const lastSession = { endedAt: '2026-03-02T12:30:00.000Z', cause: 'lease-ended', lastSeenAt: '2026-03-02T12:28:00.000Z', signedOut: false };
    expect(seen(...presentAgent('A', 'online'), expired)).toMatchObject({ blockedBy: 'no-live-session', lastSession });
    expect(seen(...presentAgent('A', 'online'), signedOut('A'), expired)).toMatchObject({ lastSession: { ...lastSession, signedOut: true } });
  });

  it('of two devices the later end counts, in whichever order they were found out', () => {
    const phone = signedIn('A', 'mobile');
    const ended: BoxFact = { type: 'HeartbeatExpired', data: { agentId: 'A', sessionId: 'A-mobile', lastSeenAt: '2026-03-02T12:27:00.000Z' }, effectiveAt: deadline - 1 };
    for (const ends of [[expired, ended], [ended, expired]]) {
      expect(seen(...presentAgent('A', 'online'), phone, ...ends)).toMatchObject({ lastSession: { endedAt: '2026-03-02T12:30:00.000Z' } });
    }
  });
});
