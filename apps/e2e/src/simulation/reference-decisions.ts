import type { Wish } from './wish.js';

/** A fact as the log has it, without any type of the product. */
export interface Fact {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the reference reads the log as an outsider would
  readonly data: any;
  readonly at: number;
}

/** What a wish must lead to: these events, or a refusal with one of these codes. */
export type Verdict = { readonly events: readonly Omit<Fact, 'at'>[] } | { readonly refused: string };

/**
 * What the rules say to a wish, given everything that happened to its stream before (behaviour D11-D13, D18-D20, cases 4, 19, 22; the
 * limit of 20 sessions from architecture 3). Written from the page, knows nothing of libs/domain: it walks through the list of facts
 * anew for every question.
 */
export function referenceVerdict(wish: Wish, facts: readonly Fact[]): Verdict {
  const happened = (type: string): boolean => facts.some((fact) => fact.type === type);
  switch (wish.kind) {
    case 'add tenant':
      return happened('TenantAdded') ? none : one('TenantAdded', { tenantId: wish.tenantId, plan: wish.plan, leaseSeconds: 120 });
    case 'change plan': {
      if (!happened('TenantAdded')) return { refused: 'not-found' };
      const plan = newest(facts, { TenantAdded: 'plan', PlanChanged: 'to' });
      return plan === wish.plan ? none : one('PlanChanged', { tenantId: wish.tenantId, from: plan, to: wish.plan });
    }
    case 'add site':
      return happened('SiteAdded')
        ? none
        : one('SiteAdded', { siteId: wish.siteId, key: `key-${wish.siteId}`, origins: [], timeZone: 'Europe/Berlin' });
    case 'remove site':
      return happened('SiteAdded') && !happened('SiteRemoved') ? one('SiteRemoved', { siteId: wish.siteId }) : none;
    case 'change origins': {
      if (!happened('SiteAdded') || happened('SiteRemoved')) return { refused: 'not-found' };
      const from = newest(facts, { SiteAdded: 'origins', SiteOriginsChanged: 'to' });
      return same(from, wish.origins) ? none : one('SiteOriginsChanged', { siteId: wish.siteId, from, to: wish.origins });
    }
    case 'add group':
      return happened('GroupAdded') ? none : one('GroupAdded', { groupId: wish.groupId });
    case 'remove group':
      return happened('GroupAdded') && !happened('GroupRemoved') ? one('GroupRemoved', { groupId: wish.groupId }) : none;
    case 'enable group': {
      if (!happened('GroupAdded') || happened('GroupRemoved')) return { refused: 'not-found' };
      const last = facts.filter((fact) => fact.type === 'GroupEnabled' || fact.type === 'GroupDisabled').at(-1);
      if ((last?.type !== 'GroupDisabled') === wish.enabled) return none;
      return one(wish.enabled ? 'GroupEnabled' : 'GroupDisabled', { groupId: wish.groupId });
    }
    default:
      return aboutAnAgent(wish, facts);
  }
}

type AboutAnAgent = Extract<Wish, { agentId: string }>;

function aboutAnAgent(wish: AboutAnAgent, facts: readonly Fact[]): Verdict {
  const { agentId } = wish;
  const known = facts.some((fact) => fact.type === 'AgentAdded');
  const gone = facts.some((fact) => fact.type === 'AgentRemoved');
  if (wish.kind === 'add agent')
    return known ? none : one('AgentAdded', { agentId, groupIds: [...new Set(wish.groupIds)].sort(), role: 'agent' });
  if (wish.kind === 'remove agent' && (!known || gone)) return none;
  const sessions = openSessions(facts);
  const mine = 'sessionId' in wish ? sessions.find((session) => session.id === wish.sessionId) : undefined;
  if (wish.kind === 'switch' || wish.kind === 'sign out') {
    if (!mine) return { refused: 'session-expired' };
    if (mine.signedOut) return { refused: 'signed-out' };
  }
  if (!known || gone) return { refused: 'not-found' };
  const active = isActive(facts);
  const changes = facts.filter((fact) => fact.type === 'StatusChanged');
  const intent = changes.at(-1)?.data.to ?? 'offline';
  const turn = (to: string, cause: string, more: object = {}): Omit<Fact, 'at'> => ({
    type: 'StatusChanged',
    data: { agentId, from: intent, to, statusVersion: changes.length + 1, cause, ...more },
  });
  const end = (cause: string, which = sessions): Omit<Fact, 'at'>[] =>
    which.map(({ id: sessionId }) => ({ type: 'SessionEnded', data: { agentId, sessionId, cause } }));
  switch (wish.kind) {
    case 'sign in': {
      if (!active) return { refused: 'agent-inactive' };
      const crowd = sessions.length - 19;
      const victims = crowd > 0 ? [...sessions.filter((s) => s.signedOut), ...sessions.filter((s) => !s.signedOut)].slice(0, crowd) : [];
      const events = end('too-many-sessions', victims);
      const choice = newest(facts, { StatusOnLoginChanged: 'to' }) ?? 'last';
      const secondDevice = sessions.some((s) => !s.signedOut);
      if (!secondDevice && choice !== 'last' && choice !== intent) events.push(turn(choice, 'sign-in'));
      events.push({ type: 'AgentLoggedIn', data: { agentId, sessionId: wish.sessionId, device: 'desktop', leaseSeconds: 120 } });
      return { events };
    }
    case 'switch':
      if (!active) return { refused: 'agent-inactive' };
      if (wish.expectedVersion !== undefined && wish.expectedVersion !== changes.length) return { refused: 'version-conflict' };
      return { events: wish.status === intent ? [] : [turn(wish.status, 'agent')] };
    case 'sign out': {
      const out = { type: 'AgentLoggedOut', data: { agentId, sessionId: wish.sessionId, cause: 'agent' } };
      return { events: wish.goOffline && intent !== 'offline' ? [turn('offline', 'agent'), out] : [out] };
    }
    case 'force offline':
      return { events: intent === 'offline' ? [] : [turn('offline', 'admin', { reason: wish.reason })] };
    case 'assign groups': {
      const from = [...newest(facts, { AgentAdded: 'groupIds', AgentGroupsChanged: 'to' })].sort();
      const to = [...new Set(wish.groupIds)].sort();
      return same(from, to) ? none : one('AgentGroupsChanged', { agentId, from, to });
    }
    case 'activate':
      if (wish.active === active) return none;
      return wish.active
        ? one('AgentReactivated', { agentId })
        : { events: [...end('agent-deactivated'), { type: 'AgentDeactivated', data: { agentId } }] };
    case 'choose': {
      const from = newest(facts, { StatusOnLoginChanged: 'to' }) ?? 'last';
      return from === wish.statusOnLogin ? none : one('StatusOnLoginChanged', { agentId, from, to: wish.statusOnLogin });
    }
    case 'remove agent':
      return { events: [...end('agent-removed'), { type: 'AgentRemoved', data: { agentId } }] };
  }
}

/** The sessions that are not over yet, oldest first. */
export function openSessions(facts: readonly Fact[]): { id: string; signedOut: boolean }[] {
  const list: { id: string; signedOut: boolean }[] = [];
  for (const { type, data } of facts) {
    const at = list.findIndex((session) => session.id === data.sessionId);
    if (type === 'AgentLoggedIn') {
      if (at >= 0) list.splice(at, 1);
      list.push({ id: data.sessionId, signedOut: false });
    } else if ((type === 'SessionEnded' || type === 'HeartbeatExpired') && at >= 0) list.splice(at, 1);
    else if (type === 'AgentLoggedOut' && at >= 0) list[at] = { id: data.sessionId, signedOut: true };
  }
  return list;
}

export function isActive(facts: readonly Fact[]): boolean {
  const last = facts.filter(({ type }) => ['AgentAdded', 'AgentReactivated', 'AgentDeactivated', 'AgentRemoved'].includes(type)).at(-1);
  return last?.type === 'AgentAdded' || last?.type === 'AgentReactivated';
}

/** The named field of the newest fact that is of one of these types. */
export function newest(facts: readonly Fact[], fields: Readonly<Record<string, string>>): Fact['data'] {
  const fact = facts.filter(({ type }) => type in fields).at(-1);
  return fact?.data[fields[fact.type] as string];
}

const none: Verdict = { events: [] };

function one(type: string, data: object): Verdict {
  return { events: [{ type, data }] };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
