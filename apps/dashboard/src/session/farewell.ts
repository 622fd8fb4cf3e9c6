import type { AgentState, OwnProfile } from '#contract';

/** What a session left behind when it ended: nothing more, or a lease that runs out, and other devices (behaviour D8, D11). */
export type Farewell =
  | { readonly kind: 'ended' | 'lapsed' | 'ended-by-admin' | 'gone-offline' }
  /** Visitors see the agent until then at least (UTC, ms), and for longer if one of the other devices stays. */
  | { readonly kind: 'signed-out'; readonly until: number; readonly others: number };

/** A lease that has less than this left has missed a beat or more: nobody is promised that its device is still there. ms */
const FRESH_MS = 30_000;

/** The agent's other devices that are signed in and gave a sign of life lately. */
export function othersPresent({ devices, knownAt }: OwnProfile): OwnProfile['devices'] {
  return devices.filter(({ own, signedOut, expiresAt }) => !own && !signedOut && Date.parse(expiresAt) > Date.parse(knownAt) + FRESH_MS);
}

/** What a sign-out on this device leaves behind; null if nothing is known of it. */
export function farewellOf(status: AgentState['status'] | 'unknown', profile: OwnProfile | null): Farewell | null {
  if (status === 'offline') return { kind: 'gone-offline' };
  const own = profile?.devices.find((device) => device.own);
  if (!profile || !own) return null;
  const others = othersPresent(profile);
  const until = Math.max(...[own, ...others].map(({ expiresAt }) => Date.parse(expiresAt)));
  return { kind: 'signed-out', until, others: others.length };
}
