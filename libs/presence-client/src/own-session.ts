import type { OpenedSession, RotatedTokens } from '#contract';
import type { Call, Reply } from './agent-calls.js';

/** What a device keeps of its session. */
export type KeptSession = Pick<OpenedSession, 'sessionId' | 'accessToken' | 'refreshToken' | 'heartbeatSeconds'>;

/** Where the session is kept; all tabs of the agent see the same one. A read sees every write that ended before it, of whatever tab. */
export interface SessionStore {
  read(): Promise<KeptSession | null>;
  write(session: KeptSession | null): Promise<void>;
}

/** Runs one piece of work at a time among all tabs that share a store. Rejects if its turn does not come. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

/** What became of a call of this session. `over`: it can make no call any more; `sessionId` is the session that cannot. */
export type Outcome<R extends Reply> =
  | { readonly kind: 'answered'; readonly reply: R }
  | { readonly kind: 'unreachable'; readonly retryMs?: number }
  | { readonly kind: 'over'; readonly why: OverWhy; readonly sessionId: string | null };

/** `ended-by-admin`: on purpose, so no new session is asked for behind the person's back. */
export type OverWhy = 'expired' | 'signed-out' | 'ended-by-admin';

export interface OwnSessionOptions {
  readonly store: SessionStore;
  readonly exclusively: Exclusively;
  readonly call: Call;
  /** Asks the host for a new session after the lease has ended; null: it has none to give. */
  readonly reopen: () => Promise<OpenedSession | null>;
}

/**
 * This device's session: the tokens, kept good. A refresh token is good once and a second use signs the session out (contract,
 * POST /tokens), so tabs rotate one at a time and each first looks whether another one has done it.
 */
export class OwnSession {
  #current: KeptSession | null = null;

  constructor(private readonly options: OwnSessionOptions) {}

  /** Interval of beats that the session was told, ms; null while there is none. */
  get heartbeatMs(): number | null {
    return this.#current ? this.#current.heartbeatSeconds * 1000 : null;
  }

  get sessionId(): string | null {
    return this.#current?.sessionId ?? null;
  }

  /** Reads what the tabs share. */
  async load(): Promise<void> {
    this.#current = await this.options.store.read();
  }

  /** Puts another session in place, or none. */
  async put(session: KeptSession | null): Promise<void> {
    this.#current = session && kept(session);
    await this.options.store.write(this.#current);
  }

  /** Makes a call with the access token; if it has ended, with a new one, once. `send` gives the reply, or null if there was none. */
  async authorized<R extends Reply>(send: (accessToken: string) => Promise<R | null>): Promise<Outcome<R>> {
    if (!this.#current) await this.load().catch(() => undefined);
    const session = this.#current;
    if (!session) return { kind: 'over', why: 'signed-out', sessionId: null };
    const outcome = outcomeOf(await send(session.accessToken), session);
    if (outcome.kind !== 'answered' || outcome.reply.status !== 401) return outcome;
    const renewed = await this.#renew(session);
    if (renewed.kind !== 'renewed') return renewed;
    const second = outcomeOf(await send(renewed.session.accessToken), renewed.session);
    return second.kind === 'answered' && second.reply.status === 401 ? over('signed-out', renewed.session) : second;
  }

  /** Gets a new session instead of one that has ended, unless another tab has one already. */
  async replace(sessionId: string | null): Promise<'replaced' | 'declined' | 'unreachable'> {
    try {
      return await this.options.exclusively(async () => {
        await this.load();
        if (this.#current && this.#current.sessionId !== sessionId) return 'replaced';
        const opened = await this.options.reopen();
        if (!opened) return 'declined';
        await this.put(opened);
        return 'replaced';
      });
    } catch {
      return 'unreachable';
    }
  }

  async #renew(failed: KeptSession): Promise<{ kind: 'renewed'; session: KeptSession } | Exclude<Outcome<never>, { kind: 'answered' }>> {
    try {
      return await this.options.exclusively(async () => {
        await this.load();
        const session = this.#current;
        if (!session) return over('signed-out', failed);
        if (session.accessToken !== failed.accessToken) return { kind: 'renewed', session };
        const reply = await this.options.call('POST', '/tokens', { body: { refreshToken: session.refreshToken } });
        const outcome = outcomeOf(reply, session);
        if (outcome.kind !== 'answered') return outcome;
        // Nobody signed it out: its tokens are older than they live, as those of a page that stood still for days.
        if (outcome.reply.status !== 200) return over(outcome.reply.code === 'unauthenticated' ? 'expired' : 'signed-out', session);
        const { accessToken, refreshToken } = outcome.reply.body as RotatedTokens;
        await this.put({ ...session, accessToken, refreshToken });
        return { kind: 'renewed', session: { ...session, accessToken, refreshToken } };
      });
    } catch {
      return { kind: 'unreachable' }; // the turn did not come: a frozen tab holds it
    }
  }
}

/** A 401 that new tokens may cure stays an answer. */
function outcomeOf<R extends Reply>(reply: R | null, session: KeptSession): Outcome<R> {
  if (!reply) return { kind: 'unreachable' };
  const { status, retryMs, body } = reply;
  if (status === 410) return over((body as { endedBy?: string } | undefined)?.endedBy === 'admin' ? 'ended-by-admin' : 'expired', session);
  if (status === 401 && reply.code === 'signed-out') return over('signed-out', session);
  if (status >= 500 || status === 429 || status === 408) return { kind: 'unreachable', ...(retryMs === undefined ? {} : { retryMs }) };
  return { kind: 'answered', reply };
}

function over(why: OverWhy, { sessionId }: KeptSession): Extract<Outcome<never>, { kind: 'over' }> {
  return { kind: 'over', why, sessionId };
}

/** Only what is needed, however much the host hands in. */
function kept({ sessionId, accessToken, refreshToken, heartbeatSeconds }: KeptSession): KeptSession {
  return { sessionId, accessToken, refreshToken, heartbeatSeconds };
}
