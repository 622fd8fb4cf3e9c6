import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OpenedSession } from '#contract';
import type { Reply } from './agent-calls.js';
import { changeStatus } from './change-status.js';
import { type KeptSession, OwnSession } from './own-session.js';
import { stateAt } from './tab.fixture.js';

/** A service that knows sessions by their tokens, as far as a device sees it. */
class Service {
  /** Access tokens that are good. */
  readonly good = new Set<string>();
  readonly rotations: string[] = [];
  reopened = 0;
  away = false;
  ended = false;
  /** Of the session nothing is known any more: its tokens are too old. */
  forgotten = false;
  status: Reply = { status: 200, body: stateAt(6, 'busy') };
  statusBodies: unknown[] = [];
  #used = new Set<string>();
  #count = 0;

  open(): OpenedSession {
    this.#count += 1;
    const accessToken = `access-${this.#count}`;
    this.good.add(accessToken);
    return {
      ...{ sessionId: `session-${this.#count}`, accessToken, refreshToken: `refresh-${this.#count}` },
      ...{ expiresIn: 600, leaseSeconds: 120, heartbeatSeconds: 30, state: stateAt(5) },
    };
  }

  readonly reopen = async (): Promise<OpenedSession | null> => {
    this.reopened += 1;
    await Promise.resolve();
    this.ended = this.forgotten = false;
    return this.open();
  };

  /** The answer to a call with an access token. */
  answer(accessToken: string | undefined): Reply | null {
    if (this.away) return null;
    if (!this.good.has(accessToken ?? '')) return { status: 401, code: 'unauthenticated' };
    return this.ended ? { status: 410, code: 'session-expired' } : { status: 204 };
  }

  readonly call = async (_: string, path: string, options: { accessToken?: string; body?: unknown } = {}): Promise<Reply | null> => {
    await Promise.resolve();
    if (path === '/status') {
      this.statusBodies.push(options.body);
      const answer = this.answer(options.accessToken);
      return answer?.status === 204 ? this.status : answer;
    }
    if (this.away) return null;
    const { refreshToken } = options.body as { refreshToken: string };
    this.rotations.push(refreshToken);
    if (this.forgotten) return { status: 401, code: 'unauthenticated' };
    if (this.ended) return { status: 410, code: 'session-expired' };
    if (this.#used.has(refreshToken)) return { status: 401, code: 'signed-out' };
    this.#used.add(refreshToken);
    const { accessToken, refreshToken: next } = this.open();
    return { status: 200, body: { accessToken, refreshToken: next, expiresIn: 600 } };
  };
}

describe("a device's session", () => {
  let service: Service;
  let stored: KeptSession | null;
  let reopen: () => Promise<OpenedSession | null>;
  let exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  beforeEach(() => {
    service = new Service();
    stored = service.open();
    reopen = service.reopen;
    let last: Promise<unknown> = Promise.resolve();
    exclusively = (work) => {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    };
  });

  /** One of the tabs, which share the store and the lock. */
  const tab = (): OwnSession => {
    const store = {
      read: async () => stored,
      write: async (session: KeptSession | null) => {
        stored = session;
      },
    };
    return new OwnSession({ store, exclusively: (work) => exclusively(work), call: service.call, reopen: () => reopen() });
  };
  const beat = (session: OwnSession) => session.authorized(async (accessToken) => service.answer(accessToken));

  it('calls with the kept token and knows its interval', async () => {
    const session = tab();
    expect(await beat(session)).toEqual({ kind: 'answered', reply: { status: 204 } });
    expect([session.sessionId, session.heartbeatMs]).toEqual(['session-1', 30_000]);
  });

  it('nobody signed in here: it is over before it is sent', async () => {
    stored = null;
    expect(await beat(tab())).toEqual({ kind: 'over', why: 'signed-out', sessionId: null });
  });

  it('an access token that has ended is replaced once, and the call made again', async () => {
    service.good.clear();
    expect(await beat(tab())).toEqual({ kind: 'answered', reply: { status: 204 } });
    expect(service.rotations).toEqual(['refresh-1']);
    expect(stored).toMatchObject({ sessionId: 'session-1', accessToken: 'access-2', refreshToken: 'refresh-2', heartbeatSeconds: 30 });
  });

  it('five tabs with ended tokens rotate once: a refresh token is good once', async () => {
    service.good.clear();
    const tabs = [tab(), tab(), tab(), tab(), tab()];
    await Promise.all(tabs.map((one) => one.load()));
    const outcomes = await Promise.all(tabs.flatMap((one) => [beat(one), beat(one)]));
    expect(outcomes).toEqual(Array(10).fill({ kind: 'answered', reply: { status: 204 } }));
    expect(service.rotations).toEqual(['refresh-1']);
  });

  it('the next rotation uses the new refresh token', async () => {
    const session = tab();
    for (const expected of [['refresh-1'], ['refresh-1', 'refresh-2']]) {
      service.good.clear();
      await beat(session);
      expect(service.rotations).toEqual(expected);
    }
  });

  it('a token that is refused although it is new: signed out, and no rotation on and on', async () => {
    const outcome = await tab().authorized(async () => ({ status: 401, code: 'unauthenticated' }));
    expect(outcome).toEqual({ kind: 'over', why: 'signed-out', sessionId: 'session-1' });
    expect(service.rotations).toHaveLength(1);
  });

  it('a session that is signed out is not rotated', async () => {
    const outcome = await tab().authorized(async () => ({ status: 401, code: 'signed-out' }));
    expect([outcome.kind, service.rotations]).toEqual(['over', []]);
  });

  it('the service away while rotating: unreachable, and nothing is lost', async () => {
    const session = tab();
    service.good.clear();
    const outcome = await session.authorized(async (accessToken) => {
      const reply = service.answer(accessToken);
      service.away = true;
      return reply;
    });
    expect(outcome).toEqual({ kind: 'unreachable' });
    service.away = false;
    expect((await beat(session)).kind).toBe('answered');
  });

  it('a turn that does not come (a frozen tab holds it) is unreachable, not the end', async () => {
    service.good.clear();
    exclusively = () => Promise.reject(new Error('no turn'));
    expect(await beat(tab())).toEqual({ kind: 'unreachable' });
    expect(await tab().replace('session-1')).toBe('unreachable');
  });

  it.each([500, 503, 429, 408])('%i is unreachable for now, with the time the server wishes', async (status) => {
    expect(await tab().authorized(async () => ({ status, retryMs: 2_000 }))).toEqual({ kind: 'unreachable', retryMs: 2_000 });
  });

  it('410: the session is over, and replaced once by all tabs together', async () => {
    service.ended = true;
    const tabs = [tab(), tab(), tab()];
    const outcomes = await Promise.all(tabs.map(beat));
    expect(outcomes).toEqual(Array(3).fill({ kind: 'over', why: 'expired', sessionId: 'session-1' }));
    expect(await Promise.all(tabs.map((one) => one.replace('session-1')))).toEqual(['replaced', 'replaced', 'replaced']);
    expect([service.reopened, stored?.sessionId]).toEqual([1, 'session-2']);
    expect(tabs.map(({ sessionId }) => sessionId)).toEqual(Array(3).fill('session-2'));
  });

  describe('of a page that stood still for longer than its tokens live, when it goes on', () => {
    it.each([
      ['lives (push reaches the phone): it goes on with new tokens', false, false, { kind: 'answered', reply: { status: 204 } }],
      ['has ended: that is said, and not that somebody signed out', true, false, { kind: 'over', why: 'expired', sessionId: 'session-1' }],
      ['is so long over that nothing is known of it: the same', true, true, { kind: 'over', why: 'expired', sessionId: 'session-1' }],
    ])('whose session %s', async (_what, ended, forgotten, expected) => {
      service.good.clear();
      service.ended = ended;
      service.forgotten = forgotten;
      const session = tab();
      expect(await beat(session)).toEqual(expected);
      expect(service.rotations).toEqual(['refresh-1']);
      if (!ended) return;
      // Whoever is still there to sign in again does so; else the person is told why.
      expect([await session.replace('session-1'), await beat(session)]).toEqual(['replaced', { kind: 'answered', reply: { status: 204 } }]);
      reopen = async () => null;
      expect(await session.replace('session-2')).toBe('declined');
    });
  });

  it('410 because somebody ended it on purpose: over, and that is said, so that nobody asks for a new one', async () => {
    const body = { code: 'session-expired', endedBy: 'admin' };
    expect(await tab().authorized(async () => ({ status: 410, code: 'session-expired', body }))).toEqual({ kind: 'over', why: 'ended-by-admin', sessionId: 'session-1' });
    const wish = { status: 'busy' as const };
    expect(await changeStatus(tab(), async () => ({ status: 410, code: 'session-expired', body }), wish)).toEqual({ kind: 'signed-out' });
    expect(service.reopened).toBe(0);
  });

  it('a host without a session to give declines; one that fails is unreachable', async () => {
    reopen = async () => null;
    expect(await tab().replace('session-1')).toBe('declined');
    reopen = () => Promise.reject(new Error('network'));
    expect(await tab().replace('session-1')).toBe('unreachable');
  });

  it('keeps no more than it needs', async () => {
    await tab().put(service.open());
    expect(Object.keys(stored ?? {}).sort()).toEqual(['accessToken', 'heartbeatSeconds', 'refreshToken', 'sessionId']);
  });

  describe('and a status change', () => {
    const wish = { status: 'busy', expectedVersion: 5 } as const;

    it('gives the state', async () => {
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'changed', state: stateAt(6, 'busy') });
      expect(service.statusBodies).toEqual([wish]);
    });

    it('of a stale device is refused with the present state (D13)', async () => {
      service.status = { status: 409, code: 'version-conflict', body: { code: 'version-conflict', state: stateAt(7, 'offline') } };
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'conflict', state: stateAt(7, 'offline') });
    });

    it.each(['conflict', 'until-out-of-range'])('that is refused for %s says so', async (code) => {
      service.status = { status: code === 'conflict' ? 409 : 422, code, body: { code, detail: 'Because.' } };
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'refused', code, detail: 'Because.' });
    });

    it('of a session whose lease has ended opens a new one and is made again, once', async () => {
      service.ended = true;
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'changed', state: stateAt(6, 'busy') });
      expect(service.statusBodies).toEqual([wish, wish]);
      service.ended = true;
      reopen = async () => service.open(); // which ends at once
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'signed-out' });
    });

    it('without an answer: it is not known', async () => {
      service.away = true;
      expect(await changeStatus(tab(), service.call, wish)).toEqual({ kind: 'unreachable' });
    });
  });
});
