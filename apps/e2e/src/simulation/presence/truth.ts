import type { Standing } from '#leases';
import type { World } from '../process.js';

/** A beat that was answered with "go on", or what counts as one. */
export interface Accepted {
  /** When the server received it. */
  readonly at: number;
  /** The process that took it. */
  readonly by: string;
}

/** A session as somebody outside sees it. */
export interface SeenSession {
  readonly tenantId: string;
  readonly agentId: string;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly accepted: Accepted[];
  /** When beats were received, whatever became of them. */
  readonly received: number[];
  /** Beats that were refused: when, and how. */
  readonly refused: { readonly at: number; readonly standing: Standing }[];
  /** Is its device awake and trying, and since when without a break? Null: no device has it, or not any more. */
  tryingSince(): number | null;
}

/** What really happened, by the true time: nothing here is known to any process. */
export class Truth {
  readonly sessions = new Map<string, SeenSession>();
  private readonly troubles = new Map<string, { from: number; to: number }[]>();

  constructor(private readonly now: () => number) {}

  readonly trouble: NonNullable<World['trouble']> = (process, from, to) => {
    const known = this.troubles.get(process);
    if (known) known.push({ from, to });
    else this.troubles.set(process, [{ from, to }]);
  };

  /** Whether something kept the process from doing its work. */
  isTroubled(process: string, from: number, to: number): boolean {
    return (this.troubles.get(process) ?? []).some((each) => each.from <= to && each.to >= from);
  }

  open(session: Pick<SeenSession, 'tenantId' | 'agentId' | 'sessionId' | 'leaseMs'>, at: number): void {
    this.sessions.set(session.sessionId, { ...session, accepted: [{ at, by: 'the sign-in' }], received: [at], refused: [], tryingSince: () => null });
  }

  received(sessionId: string): void {
    this.sessions.get(sessionId)?.received.push(this.now());
  }

  /** Has its lease run out since the last beat that was accepted? */
  isOverdue(sessionId: string, at: number): boolean {
    const session = this.sessions.get(sessionId);
    return session !== undefined && at >= (session.accepted.at(-1)?.at ?? at) + session.leaseMs;
  }

  answered(sessionId: string, received: Accepted, standing: Standing): void {
    const session = this.sessions.get(sessionId);
    if (standing === 'open') session?.accepted.push(received);
    else session?.refused.push({ at: this.now(), standing });
  }
}
