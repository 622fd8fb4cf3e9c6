import type { StoredEvent } from '#event-store';
import type { Patience } from '#leases';
import type { Process, World } from '../process.js';
import type { Fact } from '../reference-decisions.js';
import type { Database } from './database.js';
import type { SeenSession, Truth } from './truth.js';

/** What the log says of a session so far. */
export interface LoggedSession {
  readonly seen: SeenSession;
  readonly openedAt: number;
  signedOutAt: number | null;
  /** From when on no beat counts: the instant at which its sign-out was decided. */
  countsUntil: number;
  /** Push messages reach it. */
  push: boolean;
  /** After push messages stopped to reach it: until then it stays present at least. */
  heldUntil: number;
  endedAt: number | null;
  /** Its lease ran out: as the log tells it. */
  expiry: { readonly effectiveAt: number; readonly recordedAt: number; readonly lastSeenAt: number } | null;
}

export interface LoggedAgent {
  readonly tenantId: string;
  readonly agentId: string;
  readonly sessions: Map<string, LoggedSession>;
  status: string;
  statusVersion: number;
  timer: { readonly until: number; readonly restores: string } | null;
}

/** Read as an outsider would, by the names of fields. */
type Data = Fact['data'];

/** The clock that stamps beats may differ from the true time by the time of a call. */
const CLOCK_MS = 30;
/** A second for a beat that is under way while its session signs out (ADR 19), less what the calls may take. */
const UNDER_WAY_MS = 500;
/** From the receipt of a beat to its writing, while nothing is wrong: a flush and two slow calls. */
const WRITTEN_MS = 2_500;

/**
 * Looks at every event of an agent in the step in which it is committed, and holds it against the truth (targets 2, I8 and I10; behaviour
 * D1, D9, D10, D15; cases 10-12). Shares no line with the product's rules: it goes by the log and by what devices did.
 */
export class SessionCheck {
  readonly agents = new Map<string, LoggedAgent>();
  readonly complaints: string[] = [];

  constructor(
    private readonly world: World,
    private readonly truth: Truth,
    private readonly database: Database,
    private readonly patience: Patience,
    private readonly pushMs: number,
    private readonly agentApis: () => readonly Process[],
  ) {}

  take(event: StoredEvent): void {
    const { type, streamId, tenantId } = event;
    if (!streamId.startsWith('agent-')) return;
    const agentId = streamId.slice('agent-'.length);
    const agent = this.agents.get(agentId) ?? { tenantId, agentId, sessions: new Map(), status: 'offline', statusVersion: 0, timer: null };
    this.agents.set(agentId, agent);
    // Every event that is decided after a timer's end has that end before it (architecture 3).
    if (agent.timer && type !== 'StatusTimerEnded' && type !== 'HeartbeatExpired' && event.effectiveAt > agent.timer.until)
      this.complain(event, `came before the end of a status that was over at ${agent.timer.until}`);
    const data: Data = event.data;
    if (type === 'AgentLoggedIn') this.opened(agent, event, data);
    else if (type === 'StatusChanged') this.changed(agent, event, data);
    else if (type === 'StatusTimerEnded') this.timerEnded(agent, event, data);
    else if ('sessionId' in data) this.aboutSession(agent, event, data);
  }

  /** Until when a session may count as present, by the truth. */
  presentUntil(session: LoggedSession, at = Number.POSITIVE_INFINITY): number {
    const { seen, push, heldUntil } = session;
    const last = seen.accepted.filter((beat) => beat.at <= at).at(-1)?.at ?? 0;
    return Math.max(last + (push ? Math.max(this.pushMs, seen.leaseMs) : seen.leaseMs), heldUntil);
  }

  private opened(agent: LoggedAgent, event: StoredEvent, { sessionId, leaseSeconds }: Data): void {
    const { tenantId, agentId } = agent;
    if (agent.sessions.has(sessionId)) return this.complain(event, `opens a session again`, 'I10');
    if (event.correlationId !== 'sign in') this.complain(event, 'nobody signed in', 'I10');
    this.truth.open({ tenantId, agentId, sessionId, leaseMs: leaseSeconds * 1_000 }, event.effectiveAt);
    const seen = this.truth.sessions.get(sessionId) as SeenSession;
    const { effectiveAt: openedAt } = event;
    agent.sessions.set(sessionId, {
      seen, openedAt, signedOutAt: null, countsUntil: Number.POSITIVE_INFINITY, push: false, heldUntil: 0, endedAt: null, expiry: null,
    });
  }

  private changed(agent: LoggedAgent, event: StoredEvent, { from, to, statusVersion, until, restores }: Data): void {
    if (event.correlationId !== 'status' && event.correlationId !== 'sign out') this.complain(event, 'nobody turned the switch', 'D1');
    if (from !== agent.status || statusVersion !== agent.statusVersion + 1) this.complain(event, `the intent was ${agent.status} before`, 'D1');
    if (agent.timer) this.world.faults.saw('saw: status for a while cancelled');
    agent.status = to;
    agent.statusVersion = statusVersion;
    agent.timer = until === undefined ? null : { until: Date.parse(until), restores };
  }

  private timerEnded(agent: LoggedAgent, event: StoredEvent, { to, statusVersion }: Data): void {
    const { timer } = agent;
    if (!timer) return this.complain(event, 'there was no status for a while', 'D15');
    if (event.effectiveAt !== timer.until || event.recordedAt < timer.until || to !== timer.restores)
      this.complain(event, `the status for a while ended at ${timer.until} and gave back ${timer.restores}`, 'D15');
    this.world.faults.saw(event.actor.id === 'status-timer' ? 'saw: status for a while ended' : 'saw: status for a while ended by a command');
    agent.status = to;
    agent.statusVersion = statusVersion;
    agent.timer = null;
  }

  private aboutSession(agent: LoggedAgent, event: StoredEvent, data: Data): void {
    const session = agent.sessions.get(data.sessionId);
    if (!session) return this.complain(event, 'there is no such session');
    if (session.endedAt !== null) return this.complain(event, `the session ended at ${session.endedAt} already`, 'case 12');
    const { recordedAt } = event;
    const holdOn = (): number => (session.push ? recordedAt + session.seen.leaseMs : session.heldUntil);
    switch (event.type) {
      case 'AgentLoggedOut':
        session.signedOutAt = recordedAt;
        session.countsUntil = event.effectiveAt;
        session.heldUntil = holdOn();
        session.push = false;
        return;
      case 'PushReachabilityChanged':
        if (!data.reachableByPush) session.heldUntil = holdOn();
        session.push = data.reachableByPush;
        return;
      case 'SessionEnded':
        session.endedAt = recordedAt;
        return;
      case 'HeartbeatExpired':
        this.expired(session, event, Date.parse(data.lastSeenAt));
        return;
      default:
        this.complain(event, 'nobody expects that here');
    }
  }

  private expired(session: LoggedSession, event: StoredEvent, lastSeenAt: number): void {
    const { seen } = session;
    const { effectiveAt, recordedAt } = event;
    session.endedAt = recordedAt;
    session.expiry = { effectiveAt, recordedAt, lastSeenAt };
    if (session.push) this.world.faults.saw('saw: push lease ran out');
    // D9: the deadline that applied is the lease's own, or one that the gate set.
    const own = lastSeenAt + (session.push ? Math.max(this.pushMs, seen.leaseMs) : seen.leaseMs);
    const held = effectiveAt <= session.heldUntil && effectiveAt >= session.heldUntil - WRITTEN_MS;
    if (effectiveAt !== own && this.database.graces.has(effectiveAt)) this.world.faults.saw('saw: deadline moved by the gate');
    else if (effectiveAt !== own && !held) this.complain(event, `its own deadline was ${own}, and no gate was ever set to this`, 'D9');
    if (!this.wasSeen(session, lastSeenAt)) this.complain(event, `nobody was seen at ${lastSeenAt}`, 'D9');
    // D10: whoever kept trying, whatever happened to us, is still there.
    const tryingSince = seen.tryingSince();
    if (tryingSince !== null && tryingSince <= recordedAt - Math.min(seen.leaseMs, this.patience.graceMs) && !this.wasGraceDisturbed(event))
      this.complain(event, `its device was awake and had been trying since ${tryingSince}`, 'D10');
  }

  /** After blindness everybody got the grace, and every agent-api was in trouble again within it, for less than blindness. */
  private wasGraceDisturbed({ effectiveAt, recordedAt }: StoredEvent): boolean {
    const since = effectiveAt - this.patience.graceMs;
    return this.database.graces.has(effectiveAt) && this.agentApis().every(({ name }) => this.truth.isTroubled(name, since, recordedAt));
  }

  /** Was a beat received that may count as of then? One that came while a sign-out was under way counts as of that (case 6). */
  private wasSeen({ seen, countsUntil, signedOutAt }: LoggedSession, seenAt: number): boolean {
    const inTime = seen.received.some((at) => at <= seenAt && (at >= seenAt - WRITTEN_MS || this.wasSleptOver(at, seenAt)));
    return inTime || (seenAt === countsUntil && seen.received.some((at) => at > seenAt && at <= (signedOutAt ?? 0) + WRITTEN_MS));
  }

  /** A beat that waits while its machine sleeps counts as younger by that (ADR 19). */
  private wasSleptOver(at: number, seenAt: number): boolean {
    const asleep = (naps: Process['naps']): number => naps.reduce((ms, { from, to }) => ms + (from >= at ? to - from : 0), 0);
    return this.agentApis().some(({ naps }) => seenAt <= at + asleep(naps) + WRITTEN_MS);
  }

  /** I8 and the answers to beats: to be asked in the end, for beats that are under way are answered later. */
  atTheEnd(): string[] {
    for (const agent of this.agents.values()) for (const session of agent.sessions.values()) this.checkBeats(agent, session);
    return this.complaints;
  }

  private checkBeats({ agentId }: LoggedAgent, session: LoggedSession): void {
    const { seen, expiry, endedAt, signedOutAt } = session;
    const where = `${agentId}, ${seen.sessionId}`;
    for (const { at, by } of expiry ? seen.accepted : []) {
      // One that came while the sign-out was under way counts as of that (case 6). One that came later does not, although it was accepted by
      // somebody whom nobody had told yet.
      if (at > session.countsUntil + UNDER_WAY_MS) continue;
      const deadline = Math.min(at, session.countsUntil) + seen.leaseMs;
      if (!expiry || expiry.effectiveAt >= deadline - CLOCK_MS) continue;
      const mayBeLost = this.truth.isTroubled(by, at, expiry.recordedAt);
      const least = Math.min(at, session.countsUntil) + Math.min(seen.leaseMs, this.patience.blindMs + this.patience.trustMs);
      if (mayBeLost && expiry.effectiveAt >= least - CLOCK_MS) continue;
      this.complaints.push(`I8: ${where}: a beat was accepted at ${at} by ${by}, its lease ended at ${expiry.effectiveAt} (${expiry.recordedAt})`);
      break;
    }
    if (endedAt !== null && !expiry) {
      // Where the bell of its end was lost, the first beat after it is answered from memory, and the flush of that one tells.
      const late = seen.accepted.filter(({ at }) => at > endedAt);
      for (const { at, by } of late) {
        const first = late.find((beat) => beat.by === by)?.at ?? at;
        if (at > first + WRITTEN_MS && !this.truth.isTroubled(by, endedAt, at))
          this.complaints.push(`case 10: ${where} ended at ${endedAt}, and after a beat at ${first} another one was accepted at ${at} by ${by}`);
      }
    }
    for (const { at, standing } of seen.refused) {
      if (standing === 'ended' && (endedAt === null || endedAt > at)) this.complaints.push(`case 10: ${where} was told 410 at ${at}, it ended at ${endedAt}`);
      if (standing === 'signed-out' && (signedOutAt === null || signedOutAt > at))
        this.complaints.push(`${where} was told "signed out" at ${at}, it signed out at ${signedOutAt}`);
    }
  }

  private complain({ type, streamId, version, effectiveAt, recordedAt }: StoredEvent, what: string, rule = 'log'): void {
    this.complaints.push(`${rule}: ${type} of ${streamId} (version ${version}, effective ${effectiveAt}, recorded ${recordedAt}): ${what}`);
  }
}
