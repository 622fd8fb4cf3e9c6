import type { SeededRandom } from '#testing';
import type { Cast, Plan, Wish, Word } from './wish.js';

const WORDS: readonly Word[] = ['online', 'online', 'busy', 'offline'];
const PLANS: readonly Plan[] = ['pro', 'pro', 'standard', 'free'];

/** Somebody who is about to ask for something, with what people remember: their sessions and the versions they saw. */
export class Crowd {
  private readonly sessions = new Map<string, string[]>();
  private readonly seenVersions = new Map<string, number[]>();
  private count = 0;
  /** In some runs one agent signs in all day long: the limit of 20 sessions has to be reached. */
  private readonly restless: boolean;

  constructor(private readonly dice: SeededRandom) {
    this.restless = dice.chance(0.2);
  }

  founding({ tenantId }: Cast): Wish {
    return { kind: 'add tenant', tenantId, plan: this.dice.chance(0.85) ? 'pro' : 'standard' };
  }

  /** What exists before people come: a site, most of the agents, a group. The rest is added on the way. */
  settingUp({ siteIds, agentIds, groupIds }: Cast): Wish[] {
    return [
      { kind: 'add site', siteId: siteIds[0] as string },
      ...agentIds.slice(0, -1).map((agentId): Wish => ({ kind: 'add agent', agentId, groupIds: [] })),
      ...groupIds.slice(0, 1).map((groupId): Wish => ({ kind: 'add group', groupId })),
    ];
  }

  /** What somebody of this tenant asks for next. */
  wish(cast: Cast): Wish {
    const { dice } = this;
    const { agentIds, groupIds, siteIds, tenantId } = cast;
    const agentId = this.restless && dice.chance(0.7) ? (agentIds[0] as string) : dice.pick(agentIds);
    const groupId = dice.pick(groupIds);
    const siteId = dice.pick(siteIds);
    const throwOf100 = dice.between(1, 100);
    if (throwOf100 <= (this.restless ? 45 : 16)) return { kind: 'sign in', agentId, sessionId: this.newSession(agentId) };
    if (throwOf100 <= 50)
      return { kind: 'switch', agentId, sessionId: this.sessionOf(agentId), status: dice.pick(WORDS), ...this.expectation(agentId) };
    if (throwOf100 <= 57) return { kind: 'sign out', agentId, sessionId: this.sessionOf(agentId), goOffline: dice.chance(0.5) };
    if (throwOf100 <= 69) return { kind: 'assign groups', agentId, groupIds: dice.some(groupIds, 0.4) };
    if (throwOf100 <= 75) return { kind: 'add group', groupId };
    if (throwOf100 <= 78) return { kind: 'enable group', groupId, enabled: dice.chance(0.5) };
    if (throwOf100 <= 80) return { kind: 'remove group', groupId };
    if (throwOf100 <= 84) return { kind: 'activate', agentId, active: dice.chance(0.6) };
    if (throwOf100 <= 88) return { kind: 'force offline', agentId, reason: 'asleep' };
    if (throwOf100 <= 91) return { kind: 'choose', agentId, statusOnLogin: dice.pick(['last', 'online', 'offline'] as const) };
    if (throwOf100 <= 94) return { kind: 'change plan', tenantId, plan: dice.pick(PLANS) };
    if (throwOf100 <= 96) return { kind: 'add site', siteId };
    if (throwOf100 <= 98) return { kind: 'change origins', siteId, origins: dice.some(['https://a.example', 'https://b.example'], 0.5) };
    if (throwOf100 <= 99) return { kind: 'add agent', agentId, groupIds: dice.some(groupIds, 0.3) };
    return dice.chance(0.5) ? { kind: 'remove agent', agentId } : { kind: 'remove site', siteId: siteIds.at(-1) as string };
  }

  /** A device was told this version of the agent's intent. */
  saw(agentId: string, version: number): void {
    this.seenVersions.set(agentId, [...(this.seenVersions.get(agentId) ?? []), version].slice(-3));
  }

  private newSession(agentId: string): string {
    this.count += 1;
    const sessionId = `${agentId}-session-${this.count}`;
    this.sessions.set(agentId, [...(this.sessions.get(agentId) ?? []), sessionId].slice(-6));
    return sessionId;
  }

  private sessionOf(agentId: string): string {
    const own = this.sessions.get(agentId);
    return own ? this.dice.pick(own) : `${agentId}-nobody`;
  }

  /** Half of the devices say which version they saw, sometimes an old one. */
  private expectation(agentId: string): { expectedVersion?: number } {
    const seen = this.seenVersions.get(agentId);
    return seen && this.dice.chance(0.5) ? { expectedVersion: this.dice.pick(seen) } : {};
  }
}
