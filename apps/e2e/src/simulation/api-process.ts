import type { EventStore } from '#event-store';
import { carryOut } from './carry-out.js';
import type { Crowd } from './crowd.js';
import { type Life, latency, Process, type World } from './process.js';
import { type Answer, type Attempt, type Cast, type Request, streamIdOf, type Wish } from './wish.js';
import type { Witness } from './witness.js';

const PATIENCE_MS = 4_000;
const RESEND_MS = { from: 200, to: 2_500 };
const MOST_SENDINGS = 60;

/** Two agent-apis, and the people who send them what they want. */
export class Apis {
  readonly requests: Request[] = [];
  readonly processes: readonly Process[];
  private readonly stores = new Map<Process, EventStore>();

  constructor(
    private readonly world: World,
    private readonly witness: Witness,
    private readonly crowd: Crowd,
    private readonly unexpected: (where: string, error: unknown) => void,
    storeOf: (life: Life) => EventStore,
  ) {
    this.processes = ['agent-api 1', 'agent-api 2'].map((name) => {
      const process: Process = new Process(name, world, (life) => {
        this.stores.set(process, storeOf(life));
        life.onEnd(() => this.stores.delete(process));
      });
      return process;
    });
  }

  /** Requests that were sent again and again, and never got an answer that settles them. */
  get unsettled(): Request[] {
    return this.requests.filter((request) => request.withKey && !isSettled(request));
  }

  /** Somebody wants something, once. */
  want(cast: Cast, wish: Wish, withKey = this.world.dice.chance(0.6)): void {
    const { dice, faults, scheduler } = this.world;
    const request: Request = { id: `request ${this.requests.length + 1}`, cast, wish, withKey, attempts: [] };
    this.requests.push(request);
    this.send(request);
    if (!withKey) return;
    const later = (what: string, altered: boolean): void => scheduler.in(dice.between(0, 30), what, () => this.send(request, altered));
    if (faults.strikes('command sent twice', 3)) later('a command is sent twice', false);
    if (faults.strikes('command sent with another body')) later('a key is used again', true);
  }

  private send(request: Request, altered = false): void {
    const { dice, scheduler } = this.world;
    const stream = streamIdOf(request.wish);
    const attempt: Attempt = {
      sentAt: scheduler.now(),
      from: this.witness.stream(stream).length,
      to: null,
      altered,
      answer: { kind: 'none' },
    };
    request.attempts.push(attempt);
    const hear = (answer: Answer): void => {
      if (attempt.answer.kind !== 'none') return;
      attempt.answer = answer;
      attempt.to = this.witness.stream(stream).length;
      this.listen(request, attempt);
    };
    scheduler.in(PATIENCE_MS, 'a client gives up', () => {
      if (attempt.answer.kind === 'none') this.giveUp(request, attempt);
    });
    const api = dice.pick(this.processes);
    scheduler.in(latency(this.world), `a request reaches ${api.name}`, () => {
      const store = this.stores.get(api);
      if (!store) return hear({ kind: 'unavailable' });
      void this.handle(store, request, altered).then((answer) => {
        if (this.world.faults.strikes('answer to a client lost')) return;
        scheduler.in(latency(this.world), 'an answer reaches a client', () => hear(answer));
      });
    });
  }

  private async handle(store: EventStore, request: Request, altered: boolean): Promise<Answer> {
    try {
      const handled = await carryOut(store, request, { altered, ownTransaction: this.world.dice.chance(0.3) });
      const { version, state } = handled;
      if (handled.repeated) return { kind: 'repeated', version, state };
      return { kind: 'done', version, events: handled.events, position: handled.position, state };
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string };
      if (name === 'Refusal') return { kind: 'refused', code: String(code) };
      if (name === 'ConflictError') return { kind: 'conflict' };
      if (name === 'IdempotencyKeyReused') return { kind: 'key reused' };
      if (name === 'StoreUnavailable') return { kind: 'unavailable' };
      if (name !== 'StoreOutcomeUnknown') this.unexpected(`a command (${request.wish.kind})`, error);
      return { kind: 'unknown' };
    }
  }

  private listen(request: Request, { answer }: Attempt): void {
    const { faults } = this.world;
    const { wish } = request;
    if (answer.kind === 'repeated') faults.saw('saw: repeated command');
    if (answer.kind === 'key reused') faults.saw('saw: key reused');
    if (answer.kind === 'refused' && answer.code === 'version-conflict') faults.saw('saw: stale device refused');
    if ((answer.kind === 'done' || answer.kind === 'repeated') && 'agentId' in wish) {
      this.crowd.saw(wish.agentId, (answer.state as { intent: { version: number } }).intent.version);
    }
    if (['unavailable', 'unknown', 'conflict'].includes(answer.kind)) this.again(request);
  }

  private giveUp(request: Request, attempt: Attempt): void {
    this.world.faults.saw('saw: client gave up waiting');
    attempt.to = this.witness.stream(streamIdOf(request.wish)).length;
    this.again(request);
  }

  /** Only what carries a key is sent again. */
  private again(request: Request): void {
    const { dice, scheduler } = this.world;
    if (!request.withKey || isSettled(request) || request.attempts.length >= MOST_SENDINGS) return;
    scheduler.in(dice.between(RESEND_MS.from, RESEND_MS.to), 'a command is sent again', () => this.send(request));
  }
}

function isSettled({ attempts }: Request): boolean {
  return attempts.some(({ answer }) => ['done', 'repeated', 'refused', 'key reused'].includes(answer.kind));
}
