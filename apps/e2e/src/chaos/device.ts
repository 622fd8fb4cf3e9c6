import { randomUUID } from 'node:crypto';
import type { AgentState, OpenedSession, RotatedTokens } from '#contract';
import { idempotencyOf } from '#http-kit';
import type { SeededRandom } from '#testing';
import type { Agent, Place } from '../client/index.js';
import type { Beat, CommandRecord, Part, Recording, SessionRecord, Try, Word } from './recording.js';
import { type Answered, isFinal, succeeded, wait, type Wire } from './wire.js';

/** Access tokens live for ten minutes; a client renews them in the middle, ms. */
const RENEW_MS = 300_000;

/** What all devices of a run share. */
export interface World {
  readonly place: Place;
  readonly wire: Wire;
  readonly recording: Recording;
  readonly dice: SeededRandom;
}

type Command = Pick<CommandRecord, 'event' | 'data' | 'until'> & { method: string; path: string; body?: object };

/** An agent's device with one session: it beats as behaviour D8 says, tries again when no answer comes, and writes down what it was told. */
export class Device {
  #access: string;
  #refresh: string;
  #renewAt: number;
  #renewing: Promise<boolean> | undefined;
  #state: AgentState;
  #beating: Promise<void> | undefined;
  readonly #silence = new AbortController();
  /** Told that its session is over (410, or 401 for good). */
  refused: Try | undefined;

  private constructor(
    private readonly world: World,
    private readonly agent: Agent,
    private readonly session: OpenedSession,
    readonly record: SessionRecord,
  ) {
    this.#access = session.accessToken;
    this.#refresh = session.refreshToken;
    this.#renewAt = Date.now() + RENEW_MS;
    this.#state = session.state;
  }

  /** Signs in, again and again until it is let in; undefined if the signal came before. */
  static async signIn(world: World, agent: Agent, part: Part, signal: AbortSignal): Promise<Device | undefined> {
    const body = { tenant: agent.tenant.slug, email: agent.email, password: agent.password, device: { kind: 'desktop' } };
    while (!signal.aborted) {
      const { trial, body: session } = await world.wire.send<OpenedSession>('POST', `${world.place.urls.agent}/agent/v1/sessions`, { body });
      if (session && succeeded(trial)) {
        const { sessionId, leaseSeconds } = session;
        const leaseMs = leaseSeconds * 1000;
        const beats: Beat[] = [{ ...trial, kind: 'sign-in' }];
        const record = { tenantId: agent.tenant.id, agentId: agent.id, sessionId, part, leaseMs, beats, lostRefreshes: 0, leftAt: null };
        world.recording.sessions.push(record);
        return new Device(world, agent, session, record);
      }
      await wait(world.dice.between(500, 1_000), signal);
    }
    return undefined;
  }

  /** The intent as the last answer told it. */
  get intent(): Word {
    return this.#state.status;
  }

  /** Beats from now on, until `fallSilent`. */
  beat(): this {
    this.#beating ??= this.#beatOn();
    return this;
  }

  /** No sign of life any more. `andLeave` false: the run is over, and what it does no longer counts. */
  async fallSilent({ andLeave = true } = {}): Promise<void> {
    this.#silence.abort();
    await this.#beating;
    if (andLeave) this.record.leftAt ??= Date.now();
  }

  /** Wants a status, for a while if `forMs` is given. True: it was acknowledged. Gives up when the signal comes, or the session is over. */
  async wish(status: Word, signal: AbortSignal, forMs?: number): Promise<boolean> {
    const until = forMs === undefined ? undefined : Date.now() + forMs;
    const body = { status, ...(until === undefined ? {} : { until: new Date(until).toISOString() }) };
    const wish = { event: 'StatusChanged', data: { to: status, agentId: this.agent.id }, method: 'PUT', path: '/agent/v1/status' } as const;
    const state = await this.#command<AgentState>({ ...wish, body, ...(until === undefined ? {} : { until }) }, signal, (trial) =>
      this.record.beats.push({ ...trial, kind: 'status' }),
    );
    if (state) this.#state = state;
    return state !== null;
  }

  /** Signs out; the last sign of life was before. */
  async signOut(signal: AbortSignal): Promise<void> {
    await this.fallSilent();
    const data = { sessionId: this.session.sessionId, agentId: this.agent.id };
    await this.#command({ event: 'AgentLoggedOut', data, method: 'DELETE', path: '/agent/v1/session' }, signal, () => undefined);
  }

  /** What this device is told about its agent; null if it is refused, or gets no answer. */
  async state(): Promise<AgentState | null> {
    const { trial, body } = await this.#ask<AgentState>('GET', '/agent/v1/status', {});
    return body && succeeded(trial) ? body : null;
  }

  /** Gives the body of the acknowledgement (undefined if it has none), or null if there was none. */
  async #command<T>(command: Command, signal: AbortSignal, note: (trial: Try) => void): Promise<T | undefined | null> {
    const { method, path, body, event, data, until } = command;
    const key = randomUUID();
    const { tenantId, agentId, sessionId } = this.record;
    const principal = { kind: 'agent', agentId, sessionId, tenantId, partition: 0, role: 'agent' } as const;
    const { commandId } = idempotencyOf({ key, principal, route: `${method} ${path}`, tenantId, body, params: {}, query: {} });
    const record: CommandRecord = { commandId, tenantId, event, data, ...(until === undefined ? {} : { until }), tries: [] };
    this.world.recording.commands.push(record);
    while (!signal.aborted) {
      const { trial, body: answer } = await this.#ask<T & { version?: number }>(method, path, { body, key });
      record.tries.push(trial);
      note(trial);
      if (succeeded(trial)) {
        if (answer?.version !== undefined) record.statusVersion = answer.version;
        return answer;
      }
      if (isFinal(trial)) return null;
      await wait(this.world.dice.between(300, 800), signal);
    }
    return null;
  }

  async #beatOn(): Promise<void> {
    const { signal } = this.#silence;
    const { heartbeatSeconds } = this.session;
    let failures = 0;
    while (!signal.aborted && !this.refused) {
      // The server told the interval; +-10 % (behaviour D8). After failures sooner, with growing delay, as browsers do.
      const again = Math.min(1_000 * 2 ** (failures - 1), heartbeatSeconds * 500);
      const ms = failures === 0 ? heartbeatSeconds * 1000 * (0.9 + this.world.dice.next() / 5) : again * (0.5 + this.world.dice.next() / 2);
      await wait(ms, signal);
      if (signal.aborted) break;
      const { trial } = await this.#ask('POST', '/agent/v1/heartbeat', {});
      this.record.beats.push({ ...trial, kind: 'heartbeat' });
      failures = succeeded(trial) ? 0 : failures + 1;
    }
  }

  /** A call with the access token, renewed first if it is old, and once if it is refused as too old. */
  async #ask<T>(method: string, path: string, wanted: { body?: object | undefined; key?: string }): Promise<Answered<T>> {
    if (Date.now() > this.#renewAt) await this.#renewed();
    const { place, wire } = this.world;
    const { body, key } = wanted;
    const send = (token: string): Promise<Answered<T>> =>
      wire.send<T>(method, `${place.urls.agent}${path}`, { token, ...(body ? { body } : {}), ...(key ? { key } : {}) });
    const used = this.#access;
    let answered = await send(used);
    if (answered.trial.code === 'unauthenticated' && (this.#access !== used || (await this.#renewed()))) answered = await send(this.#access);
    this.#noteRefusal(answered.trial);
    return answered;
  }

  /** One at a time: a refresh token is good once. */
  #renewed(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew(): Promise<boolean> {
    const { place, wire } = this.world;
    const { trial, body } = await wire.send<RotatedTokens>('POST', `${place.urls.agent}/agent/v1/tokens`, { body: { refreshToken: this.#refresh } });
    if (trial.status === null) this.record.lostRefreshes += 1;
    if (trial.status === 401) this.refused ??= trial;
    this.#noteRefusal(trial);
    if (!body || !succeeded(trial)) return false;
    this.#access = body.accessToken;
    this.#refresh = body.refreshToken;
    this.#renewAt = Date.now() + RENEW_MS;
    return true;
  }

  #noteRefusal(trial: Try): void {
    const { status, code } = trial;
    if (status === 410 || (status === 401 && code === 'signed-out')) this.refused ??= trial;
  }
}
