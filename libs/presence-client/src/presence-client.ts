import type { ChangeStatusBody, OpenedSession } from '#contract';
import { type AgentCalls, agentCalls, type CallOptions, type Reply } from './agent-calls.js';
import { changeStatus, type StatusAnswer } from './change-status.js';
import { connectionOf, sameConnection } from './connection.js';
import { type Outcome, type OverWhy, OwnSession } from './own-session.js';
import { readOwnStream } from './own-stream.js';
import { isVisible, watchPage } from './page-signs.js';
import type { PresenceClientOptions } from './presence-client-options.js';
import type { Action, Input, Presence, Situation, Step } from './presence-states.js';
import { keptSession } from './session-stores.js';
import { type Moment, SteadyClock } from './steady-clock.js';
import { nextDue, start, step } from './step.js';
import { type TabChannel, tabChannel, type TabMessage } from './tab-channel.js';
import { type Leadership, oneTabAtATime, tabLeadership, webLocks } from './tab-locks.js';

/** A time jump is found within a second, ms. */
const TICK_MS = 1_000;

/** A visible page's timers are late by so much, ms, only if the machine slept (its clocks may both count that) or was stuck. */
const LATE_MS = 5_000;

/** While no session has told another one: the contract's default. */
const HEARTBEAT_MS = 30_000;

/** Keeps an agent present from a browser (behaviour D8): wires the decisions of step.ts to the page, its tabs and the agent API. */
export class PresenceClient {
  readonly #calls: AgentCalls;
  readonly #session: OwnSession;
  readonly #leadership: Leadership;
  readonly #channel: TabChannel | null;
  readonly #clock = new SteadyClock({ wall: () => Date.now(), steady: () => performance.now() });
  readonly #inputs: Input[] = [];
  #presence: Presence | null = null;
  #working = false;
  #slept = false;
  #stream: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leavePage: (() => void) | null = null;

  constructor(private readonly options: PresenceClientOptions) {
    const { name = 'ampel', baseUrl = '', store = keptSession(name), reopen } = options;
    this.#calls = agentCalls(baseUrl, { tellBoxes: options.onBoxes !== undefined });
    this.#session = new OwnSession({ store, reopen, call: this.#calls.call, exclusively: oneTabAtATime(`${name}-session`) });
    this.#leadership = tabLeadership(`${name}-presence`, {
      led: () => this.#on({ kind: 'led' }),
      demoted: () => this.#on({ kind: 'demoted' }),
    });
    this.#channel = webLocks() ? tabChannel(name, (message) => this.#hear(message)) : null; // else every tab is for itself
  }

  /** Begins; with a session if one is kept, else the connection is `signed-out` until `adopt`. */
  async start(): Promise<void> {
    await this.#session.load();
    if (this.#presence) return;
    this.#working = true;
    this.#leavePage = watchPage((sign) => this.#on({ kind: sign }));
    this.#take(null, start(this.#situation()));
    this.#drain();
  }

  /** Puts the session of a sign-in in place, for all tabs. */
  async adopt(session: OpenedSession): Promise<void> {
    await this.#session.put(session);
    this.#sessionChanged();
  }

  /** Wishes for a status, against the state last known here. Rejects nothing: the answer says what became of it. */
  async setStatus(status: ChangeStatusBody['status'], { until }: { readonly until?: Date } = {}): Promise<StatusAnswer> {
    const view = this.#presence?.view;
    const seen = view?.kind === 'known' ? view.state : view?.lastKnown;
    const before = this.#session.sessionId;
    const answer = await changeStatus(this.#session, this.#calls.call, {
      status,
      ...(until ? { until: until.toISOString() } : {}),
      ...(seen ? { expectedVersion: seen.version } : {}),
    });
    if (before !== null && this.#session.sessionId !== before) this.#sessionChanged();
    if (answer.kind === 'changed' || answer.kind === 'conflict') {
      this.#on({ kind: 'answered', state: answer.state, accepted: answer.kind === 'changed' });
    }
    return answer;
  }

  /** Any other call of the agent API (`path` below /agent/v1) with this session's token, which is kept good. */
  request(method: string, path: string, body?: CallOptions['body']): Promise<Outcome<Reply>> {
    return this.#session.authorized((accessToken) => this.#calls.call(method, path, { accessToken, body }));
  }

  /** Any call at all that takes this session's token, which is kept good; `send` gives the reply, or null if nothing was answered. */
  withToken<R extends Reply>(send: (accessToken: string) => Promise<R | null>): Promise<Outcome<R>> {
    return this.#session.authorized(send);
  }

  /** Signs this device out (behaviour D11). False if the server could not be reached: then the session is kept. */
  async signOut({ goOffline = false } = {}): Promise<boolean> {
    const outcome = await this.request('DELETE', goOffline ? '/session?status=offline' : '/session');
    if (outcome.kind === 'unreachable') return false;
    await this.#session.put(null);
    this.#sessionChanged();
    return true;
  }

  /** Ends for good: another tab leads, if there is one. The session is kept and its lease runs out. */
  stop(): void {
    this.#on({ kind: 'stop' });
    this.#leavePage?.();
    this.#channel?.close();
    clearTimeout(this.#timer);
  }

  #on(input: Input): void {
    this.#inputs.push(input);
    if (!this.#working) this.#drain();
  }

  /** One input after the other, also those that come out of an action. A sleep is noticed before whatever ended it. */
  #drain(): void {
    if (!this.#presence) return;
    this.#working = true;
    for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
      const at = this.#situation();
      if (this.#slept) {
        this.#inputs.unshift({ kind: 'stirred' }, next);
        this.#slept = false;
      } else this.#take(this.#presence, step(this.#presence, next, at));
    }
    this.#working = false;
    this.#arm();
  }

  #situation(): Situation {
    const heartbeatMs = this.#session.heartbeatMs ?? HEARTBEAT_MS;
    const pingMs = (this.options.pingSeconds ?? 25) * 1000;
    return { now: this.#now(), visible: isVisible(), random: Math.random, heartbeatMs, pingMs };
  }

  #now(): Moment {
    const { now, slept } = this.#clock.look();
    this.#slept ||= slept > 0;
    return now;
  }

  #take(before: Presence | null, { presence, actions }: Step): void {
    this.#presence = presence;
    for (const action of new Set(actions)) this.#do(action, presence);
    if (presence.view !== before?.view) tellHost(() => this.options.onState(presence.view));
    const connection = connectionOf(presence);
    if (!before || !sameConnection(connectionOf(before), connection)) tellHost(() => this.options.onConnection?.(connection));
  }

  #do(action: Action, { view, phase }: Presence): void {
    switch (action) {
      case 'lead':
        return this.#leadership.queue();
      case 'seize':
        return this.#leadership.seize();
      case 'resign':
        return this.#leadership.resign();
      case 'disconnect':
        return this.#stream?.abort();
      case 'connect':
        return this.#connect();
      case 'beat':
        return void this.#beat();
      case 'reopen':
        return void this.#reopen();
      case 'tell':
        return this.#channel?.say({ kind: 'told', view, phase });
      case 'ask':
      case 'ask-stirred':
        return this.#channel?.say({ kind: 'asked', stirred: action === 'ask-stirred' });
    }
  }

  #connect(): void {
    const stream = (this.#stream = new AbortController());
    void readOwnStream(this.#session, this.#calls, stream.signal, {
      input: (input) => this.#on(input),
      boxes: () => this.#boxes(),
      over: (why, sessionId) => this.#over(why, sessionId, { kind: 'lost' }),
    });
  }

  #boxes(): void {
    this.#channel?.say({ kind: 'boxes' });
    tellHost(() => this.options.onBoxes?.());
  }

  async #beat(): Promise<void> {
    const outcome = await this.request('POST', '/heartbeat');
    if (outcome.kind === 'over') this.#over(outcome.why, outcome.sessionId, { kind: 'beaten', ok: false });
    else this.#on({ kind: 'beaten', ok: outcome.kind === 'answered' && outcome.reply.status === 204 });
  }

  /** Of a session that has been replaced meanwhile it says nothing but that the call failed. */
  #over(why: OverWhy, sessionId: string | null, otherwise: Input): void {
    if (sessionId !== this.#session.sessionId) return this.#on(otherwise);
    tellHost(() => this.options.onOver?.(why));
    this.#on({ kind: 'refused', why: why === 'expired' ? why : 'signed-out' });
  }

  async #reopen(): Promise<void> {
    const outcome = await this.#session.replace(this.#session.sessionId);
    if (outcome === 'replaced') this.#channel?.say({ kind: 'session-changed' });
    this.#on({ kind: 'reopened', outcome });
  }

  #sessionChanged(): void {
    this.#channel?.say({ kind: 'session-changed' });
    this.#on({ kind: 'session-changed' });
  }

  #hear(message: TabMessage): void {
    if (message.kind === 'boxes') tellHost(() => this.options.onBoxes?.());
    else if (message.kind === 'session-changed') void this.#session.load().then(() => this.#on(message), () => undefined);
    else this.#on(message);
  }

  /** One timer, never further away than a tick. */
  #arm(): void {
    clearTimeout(this.#timer);
    const presence = this.#presence;
    if (!presence || presence.phase === 'stopped' || presence.phase === 'asleep') return;
    const now = this.#now();
    const dueAt = Math.min(now + TICK_MS, nextDue(presence) ?? Infinity);
    const onTime = (): void => {
      const late = this.#now() - dueAt;
      this.#on({ kind: isVisible() && late > LATE_MS ? 'stirred' : 'time' });
    };
    this.#timer = setTimeout(onTime, Math.max(0, dueAt - now));
  }
}

/** A fault of the host's must not end presence; the browser reports it like any other. */
function tellHost(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    reportError(error);
  }
}
