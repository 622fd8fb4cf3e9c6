// Arbitrary histories for tenant-boxes.properties.unit.spec.ts. It holds no spec itself.
import fc from 'fast-check';
import type { BoxFact, BoxStory } from '#testing';
import {
  addAgent,
  agentFold,
  assignGroups,
  changeStatus,
  chooseStatusOnLogin,
  forceOffline,
  logIn,
  removeAgent,
  setActive,
  signOut,
  STATUSES,
} from '../agent-presence/index.js';
import {
  addGroup,
  addSite,
  addTenant,
  changeSiteMode,
  changeTenant,
  groupFold,
  PLANS,
  removeGroup,
  removeSite,
  setGroupEnabled,
  SITE_MODES,
  siteFold,
} from '../tenant-settings/index.js';
import type { TenantBoxes } from './tenant-boxes.js';

export const AGENTS = ['A', 'B', 'C'];
export const GROUPS = ['DE', 'EN', 'FR'];
export const SITES = ['shop', 'blog'];
const SESSIONS = ['s1', 's2'];

/** A wish of somebody; `carryOut` asks today's deciders what becomes of it. */
const agentId = fc.constantFrom(...AGENTS);
const groupId = fc.constantFrom(...GROUPS);
const sessionId = fc.constantFrom(...SESSIONS);
export const wish = fc.oneof(
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
  {
    weight: 1,
    arbitrary: fc.record({ wish: fc.constant('mode' as const), siteId: fc.constantFrom(...SITES), mode: fc.constantFrom(...SITE_MODES) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      wish: fc.constant('hours' as const),
      siteId: fc.constantFrom(...SITES),
      openings: fc.uniqueArray(fc.record({ groupId: fc.constantFrom(null, ...GROUPS), open: fc.boolean() }), { selector: (o) => o.groupId }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      wish: fc.constant('turn' as const),
      siteId: fc.constantFrom(...SITES),
      groupId: fc.constantFrom(null, ...GROUPS),
      opens: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      wish: fc.constant('coverage' as const),
      siteId: fc.constantFrom(...SITES),
      groupId: fc.constantFrom(null, ...GROUPS),
      lost: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('add site' as const), siteId: fc.constantFrom(...SITES) }) },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('remove' as const), what: fc.constantFrom(...AGENTS, ...SITES) }) },
);
export type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never;
export const wishes = fc.array(wish, { maxLength: 60 });

const because = { rule: 'weekly', of: 'site' } as const;

function decide(boxes: TenantBoxes, w: Wish): readonly BoxFact[] {
  const agent = (id: string) => boxes.agents.get(id) ?? agentFold.initial;
  const group = (id: string) => boxes.groups.get(id) ?? groupFold.initial;
  const site = (id: string) => boxes.sites.get(id)?.site ?? siteFold.initial;
  switch (w.wish) {
    case 'switch':
      return changeStatus(w, agent(w.agentId), 0);
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
    case 'mode':
      return changeSiteMode({ mode: w.mode }, site(w.siteId), 0);
    case 'hours': {
      const openings = w.openings.map((opening) => ({ ...opening, because, upcoming: [] }));
      return site(w.siteId).standing === 'present' ? [{ type: 'HoursChanged', data: { siteId: w.siteId, hours: {}, openings } }] : [];
    }
    case 'turn': {
      const known = site(w.siteId).openings?.[w.groupId ?? ''] !== undefined;
      const data = { siteId: w.siteId, groupId: w.groupId, because, upcoming: [] };
      return known ? [{ type: w.opens ? 'OpeningStarted' : 'OpeningEnded', data }] : [];
    }
    case 'coverage': {
      // Told of what is so; decides nothing.
      const data = { siteId: w.siteId, groupId: w.groupId, since: new Date(0).toISOString() };
      if (site(w.siteId).standing !== 'present') return [];
      if (w.lost) return [{ type: 'CoverageLost', data: { ...data, afterSeconds: 60 } }];
      return [{ type: 'CoverageRestored', data: { ...data, because: 'somebody-there' } }];
    }
    case 'add site':
      return addSite({ siteId: w.siteId, key: w.siteId, origins: [], timeZone: 'UTC' }, site(w.siteId));
    case 'remove':
      return SITES.includes(w.what) ? removeSite(site(w.what)) : removeAgent(agent(w.what));
  }
}

/** What becomes of a wish; nothing, where it is refused. */
export function accepted(boxes: TenantBoxes, w: Wish): readonly BoxFact[] {
  try {
    return decide(boxes, w);
  } catch (error) {
    if ((error as Error).name === 'Refusal') return [];
    throw error;
  }
}

/** A tenant with a site and three agents, and what became of the wishes, fact by fact. */
export function live(story: BoxStory, wished: readonly Wish[], look: (fact: BoxFact) => void = () => undefined): BoxFact[] {
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
