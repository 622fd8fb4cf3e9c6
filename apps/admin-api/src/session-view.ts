import { type AgentWithPresence, rfc3339 } from '#contract';
import type { Session } from '#domain/agent-presence/index';
import type { LeaseRow } from '#leases';

/** An open session; its lease row is written in the transaction that opens it, beats of the last half second may still be missing. */
export function sessionView(session: Session, lease: LeaseRow | undefined, name: string | undefined): AgentWithPresence['sessions'][number] {
  const { sessionId, device, startedAt, leaseSeconds } = session;
  const { lastSeenAt, expiresAt } = lease ?? { lastSeenAt: startedAt, expiresAt: startedAt + leaseSeconds * 1000 };
  return {
    id: sessionId,
    device: { kind: device, ...(name === undefined ? {} : { name }) },
    lastSeenAt: rfc3339(lastSeenAt),
    expiresAt: rfc3339(expiresAt),
    signedOut: session.signedOut,
    reachableByPush: session.reachableByPush,
  };
}
