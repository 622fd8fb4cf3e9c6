import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, type BoxFact, BoxStory, groupRemoved, movedToGroups, presentAgent, pushes, sessionEnded, shopWithGroups, signedIn, switchedTo } from '#testing';
import { endStatusTimer, type Status, STATUSES } from '../agent-presence/index.js';
import { type Box, recount, SITE_ITSELF } from './tenant-boxes.js';

const iso = (timeOfDay: string): string => new Date(at(timeOfDay)).toISOString();

/** The agent's status until a time of day, then `restores` again. */
function timed(agentId: string, to: Status, until: string, restores: Status): BoxFact {
  return switchedTo(agentId, to, { from: restores, statusVersion: 2, until: iso(until), restores });
}

function timerEnded(agentId: string, from: Status, to: Status, when: string): BoxFact {
  return { type: 'StatusTimerEnded', data: { agentId, from, to, statusVersion: 3 }, effectiveAt: at(when) };
}

const boxOf = (story: BoxStory, id = SITE_ITSELF): Box | undefined => story.boxes.sites.get('shop')?.boxes.get(id);
const nextOf = (story: BoxStory, id = SITE_ITSELF) => boxOf(story, id)?.next;

describe('what a box is known to show next (D15, D21)', () => {
  it('the only agent busy until 12:30: then online', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    expect(nextOf(story)).toBeNull();
    story.tell(timed('A', 'busy', '12:30:00', 'online'));
    expect(boxOf(story)).toMatchObject({ status: 'busy', next: { at: at('12:30:00'), status: 'online' } });
    expect(pushes(story.tell(timerEnded('A', 'busy', 'online', '12:30:00')))).toEqual(['site: busy -> online']);
    expect(boxOf(story)).toMatchObject({ status: 'online', since: at('12:30:00'), next: null });
  });

  it('somebody else is online all the time: nothing is known to change', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), ...presentAgent('B', 'online')]);
    expect(story.tell(timed('A', 'busy', '12:30:00', 'online'))).toEqual([]);
    expect(nextOf(story)).toBeNull();
  });

  it('two timers: the first one that changes something counts, then the other', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), ...presentAgent('B', 'online')]);
    story.tell(timed('A', 'offline', '12:40:00', 'online'), timed('B', 'offline', '12:30:00', 'busy'));
    expect(nextOf(story)).toEqual({ at: at('12:30:00'), status: 'busy' });
    story.tell(timerEnded('B', 'offline', 'busy', '12:30:00'));
    expect(boxOf(story)).toMatchObject({ status: 'busy', next: { at: at('12:40:00'), status: 'online' } });
  });

  it('a timer that changes nothing by itself can matter for the one after it', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), ...presentAgent('B', 'online')]);
    // until 12:20 A is online beside B, who goes at 12:10
    story.tell(timed('A', 'online', '12:20:00', 'busy'), timed('B', 'online', '12:10:00', 'offline'));
    expect(nextOf(story)).toEqual({ at: at('12:20:00'), status: 'busy' });
  });

  it('an agent without a live session is no future of any box (case 46)', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online')]);
    story.tell(timed('A', 'busy', '12:30:00', 'online'), sessionEnded('A'));
    expect(boxOf(story)).toMatchObject({ status: 'offline', next: null });
    story.tell(signedIn('A', 'desktop', 's2'));
    expect(boxOf(story)).toMatchObject({ status: 'busy', next: { at: at('12:30:00'), status: 'online' } });
  });

  it('a manual change takes the known future back, also when the status stays (case 47)', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), timed('A', 'busy', '12:30:00', 'online')]);
    const before = boxOf(story)?.version ?? 0;
    story.tell(switchedTo('A', 'busy', { from: 'busy', statusVersion: 3 }));
    expect(boxOf(story)).toMatchObject({ status: 'busy', version: before + 1, next: null });
  });

  it('per group: only the boxes that the agent counts for', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE']), ...presentAgent('B', 'busy', ['EN'])]);
    story.tell(timed('A', 'offline', '12:30:00', 'online'));
    expect([nextOf(story), nextOf(story, 'DE'), nextOf(story, 'EN')]).toEqual([
      { at: at('12:30:00'), status: 'online' },
      { at: at('12:30:00'), status: 'online' },
      null,
    ]);
    story.tell(movedToGroups('A', [], ['DE']));
    expect(nextOf(story, 'EN')).toEqual({ at: at('12:30:00'), status: 'online' });
  });

  it('a disabled group has no future; a deleted one has that of the site', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online'), timed('A', 'busy', '12:30:00', 'online')]);
    story.tell({ type: 'GroupDisabled', data: { groupId: 'DE' } });
    expect([boxOf(story, 'DE')?.status, nextOf(story, 'DE')]).toEqual(['offline', null]);
    story.tell(groupRemoved('EN'));
    expect(boxOf(story, 'EN')).toMatchObject({ removed: true, next: { at: at('12:30:00'), status: 'online' } });
  });

  it('a plan without groups: every group has the future of the site (D20)', () => {
    const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...presentAgent('A', 'online', ['DE']), timed('A', 'busy', '12:30:00', 'online')]);
    expect(nextOf(story, 'EN')).toBeNull();
    story.tell({ type: 'PlanChanged', data: { tenantId: 't1', from: 'pro', to: 'free' } });
    expect(nextOf(story, 'EN')).toEqual({ at: at('12:30:00'), status: 'online' });
  });
});

describe('an announcement of the future', () => {
  it('is a change of the payload: the version steps, the status and since when stay', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'busy')]);
    const before = boxOf(story);
    const changes = story.tell(switchedTo('A', 'busy', { from: 'busy', statusVersion: 2, until: iso('12:30:00'), restores: 'online' }));
    expect(changes).toMatchObject([{ before: 'busy', box: { status: 'busy', since: before?.since, version: (before?.version ?? 0) + 1 } }]);
  });

  it('is known again after the tenant was read from rows', () => {
    const story = new BoxStory([...shopWithGroups(), ...presentAgent('A', 'online'), timed('A', 'busy', '12:30:00', 'online')]);
    story.boxes.timed.clear();
    recount(story.boxes);
    const before = story.version();
    expect(story.tell(signedIn('A', 'mobile'))).toEqual([]);
    expect([story.version(), nextOf(story)]).toEqual([before, { at: at('12:30:00'), status: 'online' }]);
  });
});

describe('for any timers', () => {
  const agents = ['A', 'B', 'C'];
  const timer = fc.record({
    agentId: fc.constantFrom(...agents),
    to: fc.constantFrom(...STATUSES),
    restores: fc.constantFrom(...STATUSES),
    minute: fc.integer({ min: 10, max: 20 }),
  });

  it('what was announced is what happens, if nothing else does', () => {
    const groupsOf = fc.record(Object.fromEntries(agents.map((id) => [id, fc.subarray(['DE', 'EN'])])));
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 6 }), groupsOf, (timers, groups) => {
        const story = new BoxStory([...shopWithGroups('DE', 'EN'), ...agents.flatMap((id) => presentAgent(id, 'offline', groups[id]))]);
        story.tell(...timers.map((t) => timed(t.agentId, t.to, `12:${t.minute}:00`, t.restores)));
        const announced = () => new Map([...(story.boxes.sites.get('shop')?.boxes ?? [])].map(([id, box]) => [id, { ...box }]));
        let before = announced();
        for (let minute = 10; minute <= 20; minute += 1) {
          const now = at(`12:${minute}:00`);
          for (const agent of [...story.boxes.agents.values()]) story.tell(...endStatusTimer(agent, now));
          const after = announced();
          for (const [id, box] of after) {
            const was = before.get(id);
            if (was?.next?.at === now) expect(box.status).toBe(was.next.status);
            else expect(box.status).toBe(was?.status);
          }
          before = after;
        }
        expect([...before.values()].map((box) => box.next)).toEqual([null, null, null]);
      }),
      { numRuns: 200 },
    );
  });
});
