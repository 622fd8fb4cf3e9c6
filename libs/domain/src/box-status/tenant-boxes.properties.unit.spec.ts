import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BoxFact, BoxStory } from '#testing';
import {
  addAgent,
  type AgentEvent,
  agentFold,
  assignGroups,
  changeStatus,
  chooseStatusOnLogin,
  evolve,
  forceOffline,
  logIn,
  removeAgent,
  setActive,
  signOut,
  type Status,
  STATUSES,
} from '../agent-presence/index.js';
import {
  addGroup,
  addSite,
  addTenant,
  changeTenant,
  type Plan,
  PLANS,
  removeGroup,
  removeSite,
  setGroupEnabled,
} from '../tenant-settings/index.js';
import { explainBox } from './explain.js';
import { previewStatus } from './preview.js';
import { groupFold } from '../tenant-settings/group.js';
import { siteFold } from '../tenant-settings/site.js';
import { emptyTenantBoxes, groupExists, recount, SITE_ITSELF, statusOf, type TenantBoxes } from './tenant-boxes.js';

const AGENTS = ['A', 'B', 'C'];
const GROUPS = ['DE', 'EN', 'FR'];
const SITES = ['shop', 'blog'];
const SESSIONS = ['s1', 's2'];

/** A wish of somebody; `carryOut` asks today's deciders what becomes of it. */
const agentId = fc.constantFrom(...AGENTS);
const groupId = fc.constantFrom(...GROUPS);
const sessionId = fc.constantFrom(...SESSIONS);
const wish = fc.oneof(
  { weight: 6, arbitrary: fc.record({ wish: fc.constant('switch' as const), agentId, sessionId, status: fc.constantFrom(...STATUSES) }) },
  { weight: 4, arbitrary: fc.record({ wish: fc.constant('sign in' as const), agentId, sessionId }) },
  { weight: 2, arbitrary: fc.record({ wish: fc.constant('sign out' as const), agentId, sessionId, goOffline: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ wish: fc.constant('session ends' as const), agentId, sessionId }) },
  { weight: 4, arbitrary: fc.record({ wish: fc.constant('assign' as const), agentId, groupIds: fc.subarray(GROUPS) }) },
  { weight: 3, arbitrary: fc.record({ wish: fc.constant('add group' as const), groupId }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('remove group' as const), groupId }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('enable group' as const), groupId, enabled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('activate' as const), agentId, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('force offline' as const), agentId }) },
  {
    weight: 1,
    arbitrary: fc.record({
      wish: fc.constant('choose' as const),
      agentId,
      choice: fc.constantFrom('last' as const, 'online' as const, 'offline' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('plan' as const), plan: fc.constantFrom(...PLANS) }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('add site' as const), siteId: fc.constantFrom(...SITES) }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('remove' as const), what: fc.constantFrom(...AGENTS, ...SITES) }) },
);
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;
const wishes = fc.array(wish, { maxLength: 60 });

function decide(boxes: TenantBoxes, w: Wish): readonly BoxFact[] {
  const agent = (id: string) => boxes.agents.get(id) ?? agentFold.initial;
  const group = (id: string) => boxes.groups.get(id) ?? groupFold.initial;
  const site = (id: string) => boxes.sites.get(id)?.site ?? siteFold.initial;
  switch (w.wish) {
    case 'switch':
      return changeStatus(w, agent(w.agentId));
    case 'sign in':
      return logIn({ sessionId: w.sessionId, device: 'desktop', leaseSeconds: 120 }, agent(w.agentId));
    case 'sign out':
      return signOut({ ...w, cause: 'agent' }, agent(w.agentId));
    case 'session ends':
      return [{ type: 'SessionEnded', data: { agentId: w.agentId, sessionId: w.sessionId, cause: 'too-many-sessions' } }];
    case 'assign':
      return assignGroups(w, agent(w.agentId));
    case 'add group':
      return addGroup({ groupId: w.groupId }, group(w.groupId));
    case 'remove group':
      return removeGroup(group(w.groupId));
    case 'enable group':
      return setGroupEnabled(w, group(w.groupId));
    case 'activate':
      return setActive(w, agent(w.agentId));
    case 'force offline':
      return forceOffline({ reason: 'asleep' }, agent(w.agentId));
    case 'choose':
      return chooseStatusOnLogin({ statusOnLogin: w.choice }, agent(w.agentId));
    case 'plan':
      return changeTenant(w, boxes.tenant);
    case 'add site':
      return addSite({ siteId: w.siteId, key: w.siteId, origins: [], timeZone: 'UTC' }, site(w.siteId));
    case 'remove':
      return SITES.includes(w.what) ? removeSite(site(w.what)) : removeAgent(agent(w.what));
  }
}

function accepted(boxes: TenantBoxes, w: Wish): readonly BoxFact[] {
  try {
    return decide(boxes, w);
  } catch (error) {
    if ((error as Error).name === 'Refusal') return [];
    throw error;
  }
}

/** A tenant with a site and three agents, and what became of the wishes, fact by fact. */
function live(story: BoxStory, wished: readonly Wish[], look: (fact: BoxFact) => void = () => undefined): BoxFact[] {
  const told: BoxFact[] = [];
  const tell = (fact: BoxFact): void => {
    told.push(fact);
    look(fact);
  };
  for (const fact of addTenant({ tenantId: 't1', plan: 'pro', leaseSeconds: 120 }, story.boxes.tenant)) tell(fact);
  for (const fact of addSite({ siteId: 'shop', key: 'shop', origins: [], timeZone: 'UTC' }, siteFold.initial)) tell(fact);
  for (const id of AGENTS) for (const fact of addAgent({ agentId: id, groupIds: [], role: 'agent' }, agentFold.initial)) tell(fact);
  for (const w of wished) for (const fact of accepted(story.boxes, w)) tell(fact);
  return told;
}

/** The definition, straight from the help page: looks at everybody, every time. */
function naiveStatus({ tenant, agents, groups }: TenantBoxes, ofGroup: string | null): Status {
  const present = [...agents.values()].filter((a) => a.standing === 'active' && a.sessions.length > 0);
  const plain = ofGroup === null || tenant.plan !== ('pro' satisfies Plan);
  if (!plain && groups.get(ofGroup)?.enabled === false) return 'offline';
  const counts = present.filter((a) => {
    const own = a.groupIds.filter((id) => groups.get(id)?.standing === 'present');
    return plain || own.length === 0 || own.includes(ofGroup);
  });
  return STATUSES.find((status) => counts.some((a) => a.intent.status === status)) ?? 'offline';
}

const scopes = (boxes: TenantBoxes): (string | null)[] => [null, ...GROUPS.filter((id) => groupExists(boxes, id))];

/** What the rows keep of a tenant and give back: no tallies, nothing that was removed. */
function throughRows(boxes: TenantBoxes): TenantBoxes {
  const copy = emptyTenantBoxes();
  copy.tenant = JSON.parse(JSON.stringify(boxes.tenant));
  for (const a of boxes.agents.values()) if (a.standing !== 'removed') copy.agents.set(a.agentId, JSON.parse(JSON.stringify(a)));
  for (const g of boxes.groups.values()) if (g.standing !== 'removed') copy.groups.set(g.groupId, JSON.parse(JSON.stringify(g)));
  for (const [id, { site, version, boxes: all }] of boxes.sites) {
    if (site.standing === 'removed') continue;
    copy.sites.set(id, { site: JSON.parse(JSON.stringify(site)), version, boxes: new Map([...all].filter(([, box]) => !box.removed)) });
  }
  recount(copy);
  return copy;
}

const check = (property: (wished: Wish[]) => void): void => fc.assert(fc.property(wishes, property), { numRuns: 300 });

describe('for any history', () => {
  it('the boxes show what the naive definition gives, after every single fact', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => {
        story.tell(fact);
        for (const { site, boxes } of story.boxes.sites.values()) {
          if (site.standing !== 'present') continue;
          for (const scope of scopes(story.boxes)) expect(boxes.get(scope ?? SITE_ITSELF)?.status).toBe(naiveStatus(story.boxes, scope));
        }
      });
    });
  });

  it('the tallies that move with every fact equal a recount from scratch', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      const counted = [null, ...GROUPS].map((id) => [
        story.boxes.tallies.all,
        statusOf(story.boxes, id),
        story.boxes.tallies.byGroup.get(id ?? ''),
      ]);
      recount(story.boxes);
      const nobody = { online: 0, busy: 0 };
      const recounted = [null, ...GROUPS].map((id) => [
        story.boxes.tallies.all,
        statusOf(story.boxes, id),
        story.boxes.tallies.byGroup.get(id ?? ''),
      ]);
      expect(counted.map(([a, s, g]) => [a, s, g ?? nobody])).toEqual(recounted.map(([a, s, g]) => [a, s, g ?? nobody]));
    });
  });

  it('a preview says exactly what doing it changes', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      for (const agent of story.boxes.agents.values()) {
        if (agent.standing !== 'active' || agent.sessions.length === 0) continue;
        for (const status of STATUSES) {
          const before = new Map(scopes(story.boxes).map((scope) => [scope, statusOf(story.boxes, scope)]));
          const preview = previewStatus(story.boxes, agent.agentId, status);
          const done = new BoxStory();
          Object.assign(done, { boxes: throughRows(story.boxes) });
          done.tell({
            type: 'StatusChanged',
            data: { agentId: agent.agentId, from: agent.intent.status, to: status, statusVersion: 9, cause: 'agent' },
          });
          const sites = [...story.boxes.sites.values()].filter(({ site }) => site.standing === 'present').map(({ site }) => site.siteId);
          const really = [...before].flatMap(([scope, from]) => {
            const to = statusOf(done.boxes, scope);
            if (from === to) return [];
            return scope === null ? sites.map((id) => ({ scope: 'site', id, from, to })) : [{ scope: 'group', id: scope, from, to }];
          });
          const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
          expect([...preview].sort(byId)).toEqual([...really].sort(byId));
        }
      }
    });
  });

  it('a fold that was put down in rows and taken up again goes on as if nothing had been', () => {
    fc.assert(
      fc.property(wishes, fc.nat(80), (wished, cut) => {
        const whole = new BoxStory();
        const facts: { fact: BoxFact; changes: unknown }[] = [];
        live(whole, wished, (fact) => facts.push({ fact, changes: whole.tell(fact) }));
        const resumed = new BoxStory();
        const changes = facts.map(({ fact }, i) => {
          if (i === cut) Object.assign(resumed, { boxes: throughRows(resumed.boxes) });
          return resumed.tell(fact);
        });
        expect(changes).toEqual(facts.map((f) => f.changes));
      }),
      { numRuns: 300 },
    );
  });

  it('the version of a site steps by one per fact that changes one of its boxes', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => {
        const before = new Map(SITES.map((id) => [id, story.version(id)]));
        const changes = story.tell(fact);
        for (const id of SITES) {
          const mine = changes.filter((change) => change.siteId === id);
          expect(story.version(id)).toBe((before.get(id) ?? 0) + (mine.length > 0 ? 1 : 0));
          for (const { box } of mine) expect(box.version).toBe(story.version(id));
        }
      });
    });
  });

  it('an explanation gives the status shown, and its smallest change opens the box', () => {
    check((wished) => {
      const story = new BoxStory();
      live(story, wished, (fact) => story.tell(fact));
      for (const scope of scopes(story.boxes)) {
        const { status, wouldOpen } = explainBox(story.boxes, scope);
        expect(status).toBe(naiveStatus(story.boxes, scope));
        if (wouldOpen?.change !== 'sign-in' && wouldOpen?.change !== 'go-online') continue;
        const opened = new BoxStory();
        Object.assign(opened, { boxes: throughRows(story.boxes) });
        const agent = opened.boxes.agents.get(wouldOpen.agentId) ?? agentFold.initial;
        if (wouldOpen.change === 'sign-in') opened.tell(...logIn({ sessionId: 's9', device: 'mobile', leaseSeconds: 120 }, agent));
        else
          opened.tell({
            type: 'StatusChanged',
            data: { agentId: agent.agentId, from: 'offline', to: 'online', statusVersion: 9, cause: 'agent' },
          });
        expect(statusOf(opened.boxes, scope)).not.toBe('offline');
      }
    });
  });

  it("an agent's state goes through JSON unchanged, because a stream's head is JSON", () => {
    check((wished) => {
      const story = new BoxStory();
      const facts = live(story, wished, (fact) => story.tell(fact));
      for (const id of AGENTS) {
        const own = facts.filter((fact): fact is AgentEvent => (fact.data as { agentId?: string }).agentId === id);
        const step = (state: typeof agentFold.initial, event: AgentEvent, i: number) => evolve(state, { effectiveAt: i, ...event });
        const straight = own.reduce(step, agentFold.initial);
        expect(own.reduce((state, event, i) => JSON.parse(JSON.stringify(step(state, event, i))), agentFold.initial)).toEqual(straight);
      }
    });
  });
});
