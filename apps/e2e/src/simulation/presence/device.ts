import type { SeededRandom } from '#testing';
import { type Life, latency, type Process, type World } from '../process.js';
import type { AgentApi, OpenSession, Someone } from './agent-apis.js';
import type { Truth } from './truth.js';

/** What a client learns of a request. */
type Answer<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'refused'; readonly code: string } | { readonly kind: 'failed' };

/** Beats every quarter of the lease, give or take a tenth (behaviour D8). */
const BEAT_SHARE = 0.25;
const JITTER = 0.1;
const RETRY_MS = { from: 150, to: 400 };
/** Delays grow with failures, up to this share of the lease. */
const LONGEST_RETRY_SHARE = 0.2;

/** What a server answers with "not now". */
const EXPECTED = new Set(['WireFault', 'DatabaseError', 'StoreUnavailable', 'StoreOutcomeUnknown', 'ConflictError']);

export interface Surroundings {
  readonly world: World;
  readonly truth: Truth;
  readonly dice: SeededRandom;
  /** The lives of the agent-apis, as long as they take requests. */
  readonly apis: ReadonlyMap<Process, AgentApi>;
  readonly processes: readonly Process[];
  unexpected(where: string, error: unknown): void;
}

/**
 * A browser or a phone, as the presence client behaves: beats in its rhythm, tries the next server when one does not answer, signs in
 * again after 410. It may sleep, be switched off, or be taken away.
 */
export class Device {
  session: OpenSession | null = null;
  /** It is on, and has been trying without a break since then. */
  private tryingSince: number | null = null;
  private wake: () => void = () => undefined;
  private server: Process;
  /** Counts sleeps and switchings, so that what was begun before does not go on after it. */
  private spell = 0;

  constructor(
    readonly agent: Someone,
    readonly kind: 'desktop' | 'mobile',
    private readonly around: Surroundings,
  ) {
    this.server = around.dice.pick(around.processes);
  }

  get isOn(): boolean {
    return this.tryingSince !== null;
  }

  /** Switches it on, or wakes it: it goes on with the session it has. */
  switchOn(): void {
    if (this.isOn) return;
    this.tryingSince = this.around.world.scheduler.now();
    this.spell += 1;
    void this.live(this.spell);
  }

  /** Asleep, closed, or in a tunnel. With `forget` it has lost its session. */
  switchOff(forget: boolean): void {
    this.tryingSince = null;
    this.spell += 1;
    this.wake();
    if (forget) this.session = null;
  }

  /** For a while. */
  sleep(ms: number, forget: boolean): void {
    this.switchOff(forget);
    this.around.world.scheduler.in(ms, 'a device wakes up', () => this.switchOn());
  }

  /** Something that a person does with it; nothing if it has no session. */
  async act(does: (api: AgentApi, session: OpenSession) => Promise<void>): Promise<boolean> {
    const { session, spell } = this;
    if (!session) return false;
    const answer = await this.ask('a request', (api) => does(api, session));
    return spell === this.spell && answer.kind === 'done';
  }

  private async live(spell: number): Promise<void> {
    const { world } = this.around;
    let failures = 0;
    while (spell === this.spell) {
      if (!this.session) {
        const opened = await this.ask('a sign-in', (api) => api.signIn(this.agent, this.kind));
        if (spell !== this.spell) return;
        if (opened.kind === 'done') this.hold(opened.value);
        failures = opened.kind === 'done' ? 0 : failures + 1;
        await this.pause(opened.kind === 'done' ? this.rhythm() : this.delay(failures));
        continue;
      }
      const { session } = this;
      const beat = await this.ask('a beat', (api) => api.beat(session));
      if (spell !== this.spell) return;
      failures = beat.kind === 'done' ? 0 : failures + 1;
      if (beat.kind === 'done' && beat.value === 'open') await this.pause(this.rhythm());
      else if (beat.kind === 'done') {
        this.session = null;
        if (beat.value === 'ended') world.faults.saw('saw: new session after an end');
        else await this.pause(this.rhythm());
      } else await this.pause(this.delay(failures));
    }
  }

  private hold(session: OpenSession): void {
    const { truth } = this.around;
    this.session = session;
    const seen = truth.sessions.get(session.sessionId);
    if (seen) seen.tryingSince = () => (this.session === session ? this.tryingSince : null);
  }

  private rhythm(): number {
    const share = BEAT_SHARE * (1 + JITTER * (2 * this.around.dice.next() - 1));
    return Math.round(this.agent.leaseSeconds * 1_000 * share);
  }

  private delay(failures: number): number {
    const grown = this.around.dice.between(RETRY_MS.from, RETRY_MS.to) * 2 ** Math.min(failures - 1, 6);
    return Math.round(Math.min(grown, this.agent.leaseSeconds * 1_000 * LONGEST_RETRY_SHARE));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.around.world.scheduler.in(ms, 'a device goes on', resolve);
    });
  }

  /** Sends a request to the server it uses; after a failure it uses the other one. */
  private async ask<T>(what: string, does: (api: AgentApi) => Promise<T>): Promise<Answer<T>> {
    const { server } = this;
    const { processes } = this.around;
    const answer = await this.send(what, does);
    // Two requests that fail side by side lead away from it once.
    if (answer.kind === 'failed' && this.server === server) this.server = processes[(processes.indexOf(server) + 1) % processes.length] as Process;
    return answer;
  }

  private send<T>(what: string, does: (api: AgentApi) => Promise<T>): Promise<Answer<T>> {
    const { world, apis } = this.around;
    const { scheduler, faults } = world;
    const { server } = this;
    const patienceMs = Math.min(5_000, this.agent.leaseSeconds * 200);
    return new Promise((resolve) => {
      scheduler.in(patienceMs, 'a device gives up waiting', () => resolve({ kind: 'failed' }));
      const answer = (value: Answer<T>): void => scheduler.in(latency(world), `${what} is answered`, () => resolve(value));
      scheduler.in(latency(world), `${what} reaches ${server.name}`, () => {
        const api = apis.get(server);
        if (!api) return answer({ kind: 'failed' });
        handle(api.life, what, async () => {
          const value = await this.outcome(what, () => does(api));
          if (!faults.strikes('answer to a client lost', 0.3)) answer(value);
        });
      });
    });
  }

  private async outcome<T>(what: string, does: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { kind: 'done', value: await does() };
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string };
      if (name === 'Refusal') return { kind: 'refused', code: String(code) };
      if (!EXPECTED.has(name ?? '')) this.around.unexpected(what, error);
      return { kind: 'failed' };
    }
  }
}

/** The process reads a request as soon as it runs. */
function handle(life: Life, what: string, code: () => Promise<void>): void {
  life.resume(`takes ${what}`, () => void code());
}
