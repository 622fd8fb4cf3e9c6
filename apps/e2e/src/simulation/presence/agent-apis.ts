import {
  afterOverdue, type Agent, type AgentEvent, agentFold, changeStatus, endSession, leaseEnd, logIn, setReachableByPush, signOut, STATUS_TIMER,
} from '#domain/agent-presence/index';
import { type EventStore, handleCommand, type Handled } from '#event-store';
import {
  BeatRecorder, changePushLease, endLeases, expireLapsed, noteSight, openLease, type Patience, recordBeats, sayGoodbye, setAlarm, signOutLease,
  type Sql, type Standing,
} from '#leases';
import type { MessageBus } from '../message-bus.js';
import type { Life, World } from '../process.js';
import type { Word } from '../wish.js';
import type { Truth } from './truth.js';

/** An agent and how long the leases of its tenant last. */
export interface Someone {
  readonly tenantId: string;
  readonly partition: number;
  readonly agentId: string;
  readonly leaseSeconds: number;
}

export interface OpenSession extends Someone {
  readonly sessionId: string;
}

export interface AgentApiPorts {
  readonly world: World;
  readonly truth: Truth;
  readonly patience: Patience;
  readonly bus: MessageBus;
  readonly sql: Sql;
  readonly store: EventStore;
  /** Do the others count on this process? */
  isSeen(node: string): boolean;
  /** For planted bugs: a beat of a session that has ended opens it again. */
  readonly beatsRevive: boolean;
}

const FLUSH_MS = 500;
const ACTOR = { kind: 'agent', id: 'somebody' } as const;

/** One life of an agent-api: the real memory of beats, and what the slices do around it, statement by statement. */
export class AgentApi {
  private readonly recorder: BeatRecorder;
  private readonly node: string;

  constructor(
    readonly life: Life,
    private readonly ports: AgentApiPorts,
  ) {
    const { sql, patience, bus, world } = ports;
    const clock = { now: () => life.steady() };

    this.node = ports.store.newId();
    this.recorder = new BeatRecorder({
      clock,
      wall: { now: () => life.wall() },
      trustMs: patience.trustMs,
      record: (beats, now, writing) => recordBeats(sql, beats, now, writing),
      noteSight: async (takenAt, now, latest) => {
        const { returned, hour } = await noteSight(sql, { node: this.node, ageMs: now - takenAt, latest }, patience);
        if (returned) world.faults.saw('saw: return from blindness');
        return hour;
      },
    });
    const flush = (): void => void this.recorder.flush().catch(() => undefined);
    life.every(Math.min(FLUSH_MS, patience.blindMs / 4), 'flushes', flush);
    flush();
    bus.of(life).subscribe<{ streams: string[] }>('bell.*', ({ streams }) => {
      for (const stream of streams) if (stream.startsWith('agent-')) this.recorder.disturbed(stream.slice('agent-'.length));
    });
  }

  /** SIGTERM, as beats.ts answers it; gives when the process may end. */
  async stop(): Promise<void> {
    await this.recorder.stop();
    if (this.recorder.waiting === 0) await sayGoodbye(this.ports.sql, this.node).catch(() => undefined);
  }

  async beat(session: OpenSession): Promise<Standing> {
    const { truth, world } = this.ports;
    const received = { at: this.life.now(), by: this.life.name };
    truth.received(session.sessionId);
    const standing = await this.recorder.beat(session);
    if (standing === 'open' && truth.isOverdue(session.sessionId, received.at)) world.faults.saw('saw: a late beat kept its session');
    if (standing === 'open' && !this.ports.isSeen(this.node)) world.faults.saw('saw: beat accepted by a zombie');
    truth.answered(session.sessionId, received, standing);
    if (standing === 'ended') {
      world.faults.saw('saw: beat of an ended session refused');
      if (this.ports.beatsRevive) await this.revive(session);
    }
    if (standing === 'signed-out') world.faults.saw('saw: beat after a sign-out refused');
    return standing;
  }

  async signIn(agent: Someone, device: 'desktop' | 'mobile'): Promise<OpenSession> {
    const { sql, store, patience, world } = this.ports;
    const { tenantId, partition, agentId, leaseSeconds } = agent;
    const ended = await expireLapsed(sql, store, leaseEnd, agent, patience.blindMs);
    if (ended.length > 0) world.faults.saw('saw: lapsed lease ended by a sign-in');
    const sessionId = store.newId();
    const session = { tenantId, partition, agentId, leaseSeconds, sessionId };
    const begunAt = this.recorder.now();
    const handled = await this.command(agent, 'sign in', afterOverdue((state) => logIn({ sessionId, device, leaseSeconds }, state)), {
      within: async (within, { events, now: at }) => {
        const victims = events.flatMap(({ type, data }) => (type === 'SessionEnded' ? [data.sessionId] : []));
        await endLeases(within, { tenantId, sessionIds: victims, at });
        await openLease(within, { tenantId, partition, sessionId, agentId, device, leaseSeconds, at });
      },
    });
    if (handled.repeated) throw new Error('a sign-in carries no key');
    this.recorder.opened(session, leaseSeconds, begunAt);
    return session;
  }

  async changeStatus(session: OpenSession, status: Word, until?: number): Promise<void> {
    const { tenantId, partition, agentId, sessionId } = session;
    const received = { at: this.life.now(), by: this.life.name };
    this.ports.truth.received(sessionId);
    const standing = await this.recorder.beatWithCommand(session);
    this.ports.truth.answered(sessionId, received, standing);
    const wish = { sessionId, status, ...(until === undefined ? {} : { until }) };
    await this.command(
      session,
      'status',
      afterOverdue((agent, now) => changeStatus(wish, agent, now)),
      until === undefined
        ? {}
        : { within: (sql) => setAlarm(sql, { tenantId, partition, kind: STATUS_TIMER, subjectId: agentId, dueAt: until }) },
    );
  }

  async signOut(session: OpenSession, goOffline: boolean): Promise<void> {
    const { tenantId, sessionId } = session;
    await this.command(session, 'sign out', afterOverdue((agent) => signOut({ sessionId, goOffline, cause: 'agent' }, agent)), {
      within: (sql, { now: at }) => signOutLease(sql, { tenantId, sessionId, at }),
    });
    this.recorder.signedOut(session);
  }

  async registerPush(session: OpenSession, reachableByPush: boolean, pushSeconds: number): Promise<void> {
    const { tenantId, sessionId } = session;
    await this.command(session, 'push', afterOverdue((agent) => setReachableByPush({ sessionId, reachableByPush }, agent)), {
      within: async (sql, { events }) => {
        if (!events.some(({ type }) => type === 'PushReachabilityChanged')) return;
        await changePushLease(sql, { tenantId, sessionId, pushSeconds: reachableByPush ? pushSeconds : null });
      },
    });
  }

  /** An admin's wish; which process carries it out does not matter. */
  async endSession({ tenantId, sessionId, ...agent }: OpenSession): Promise<void> {
    await this.command({ tenantId, ...agent }, 'end session', afterOverdue((state) => endSession({ sessionId }, state)), {
      within: (sql, { now: at }) => endLeases(sql, { tenantId, sessionIds: [sessionId], at }),
    });
  }

  private command(
    { tenantId, partition, agentId }: Someone,
    correlationId: string,
    decide: (agent: Agent, now: number) => readonly AgentEvent[],
    more: Pick<Parameters<typeof handleCommand<Agent, AgentEvent>>[1], 'within'>,
  ): Promise<Handled<Agent>> {
    const stream = { tenantId, partition, streamId: `agent-${agentId}` };
    return handleCommand<Agent, AgentEvent>(this.ports.store, { stream, fold: agentFold, decide, actor: ACTOR, correlationId, ...more });
  }

  private async revive({ tenantId, partition, agentId, sessionId, leaseSeconds }: OpenSession): Promise<void> {
    const data = { agentId, sessionId, device: 'desktop' as const, leaseSeconds };
    const agent = { tenantId, partition, agentId, leaseSeconds };
    await this.command(agent, 'beat', (state) => (state.sessions.some((s) => s.sessionId === sessionId) ? [] : [{ type: 'AgentLoggedIn', data }]), {});
  }
}
