import {
  addAgent,
  type Agent,
  agentFold,
  assignGroups,
  changeStatus,
  chooseStatusOnLogin,
  forceOffline,
  logIn,
  removeAgent,
  setActive,
  signOut,
} from '#domain/agent-presence/index';
import {
  addGroup,
  addSite,
  addTenant,
  changeSite,
  changeTenant,
  groupFold,
  removeGroup,
  removeSite,
  setGroupEnabled,
  siteFold,
  tenantFold,
} from '#domain/tenant-settings/index';
import { type EventStore, type Handled, handleCommand, type NewEvent, type StreamFold } from '#event-store';
import { keyOf, type Request, streamIdOf, type Wish } from './wish.js';

/** Does what an API's slice does with a request: picks the stream and the decider, and hands both to `handleCommand`. */
export function carryOut(
  store: EventStore,
  request: Request,
  sending: { readonly altered: boolean; readonly ownTransaction: boolean },
): Promise<Handled<unknown>> {
  const { cast, id, withKey } = request;
  const { fold, decide } = deciderOf(request.wish);
  return handleCommand(store, {
    stream: { tenantId: cast.tenantId, partition: cast.partition, streamId: streamIdOf(request.wish) },
    fold,
    decide: (state, now) => decide(state, now),
    actor: { kind: 'system', id: 'simulation' },
    correlationId: id,
    ...(withKey ? { idempotency: { commandId: `key of ${id}`, requestHash: sending.altered ? 'another body' : 'body' } } : {}),
    // With other statements beside it a command has a transaction of its own; here there are none to carry out.
    ...(sending.ownTransaction ? { within: () => Promise.resolve() } : {}),
  });
}

interface Decider {
  // oxlint-disable-next-line typescript/no-explicit-any -- four kinds of stream behind one door
  readonly fold: StreamFold<any>;
  // oxlint-disable-next-line typescript/no-explicit-any
  decide(state: any, now: number): readonly NewEvent[];
}

function deciderOf(wish: Wish): Decider {
  switch (wish.kind) {
    case 'add tenant':
      return {
        fold: tenantFold as never,
        decide: (tenant) => addTenant({ tenantId: wish.tenantId, plan: wish.plan, leaseSeconds: 120 }, tenant),
      };
    case 'change plan':
      return { fold: tenantFold as never, decide: (tenant) => changeTenant({ plan: wish.plan }, tenant) };
    case 'add site':
      return {
        fold: siteFold as never,
        decide: (site) => addSite({ siteId: wish.siteId, key: keyOf(wish.siteId), origins: [], timeZone: 'Europe/Berlin' }, site),
      };
    case 'remove site':
      return { fold: siteFold as never, decide: removeSite };
    case 'change origins':
      return { fold: siteFold as never, decide: (site) => changeSite({ origins: wish.origins }, site) };
    case 'add group':
      return { fold: groupFold as never, decide: (group) => addGroup({ groupId: wish.groupId }, group) };
    case 'remove group':
      return { fold: groupFold as never, decide: removeGroup };
    case 'enable group':
      return { fold: groupFold as never, decide: (group) => setGroupEnabled({ enabled: wish.enabled }, group) };
    default:
      return { fold: agentFold as never, decide: (agent: Agent, now: number) => decideForAgent(wish, agent, now) };
  }
}

function decideForAgent(wish: Extract<Wish, { agentId: string }>, agent: Agent, now: number): readonly NewEvent[] {
  switch (wish.kind) {
    case 'add agent':
      return addAgent({ agentId: wish.agentId, groupIds: wish.groupIds, role: 'agent' }, agent);
    case 'sign in':
      return logIn({ sessionId: wish.sessionId, device: 'desktop', leaseSeconds: 120 }, agent);
    case 'switch': {
      const { sessionId, status, expectedVersion } = wish;
      return changeStatus({ sessionId, status, ...(expectedVersion === undefined ? {} : { expectedVersion }) }, agent, now);
    }
    case 'sign out':
      return signOut({ sessionId: wish.sessionId, goOffline: wish.goOffline, cause: 'agent' }, agent);
    case 'assign groups':
      return assignGroups({ groupIds: wish.groupIds }, agent);
    case 'activate':
      return setActive({ active: wish.active }, agent);
    case 'force offline':
      return forceOffline({ reason: wish.reason }, agent);
    case 'choose':
      return chooseStatusOnLogin({ statusOnLogin: wish.statusOnLogin }, agent);
    case 'remove agent':
      return removeAgent(agent);
  }
}
