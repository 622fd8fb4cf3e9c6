import type { Exclusively } from './own-session.js';

/** The lock of the leading tab, as one tab sees it. */
export interface Leadership {
  /** Stands in the queue for the lock, at most once. */
  queue(): void;
  /** Takes it from whoever holds it: a tab that is frozen does not give it up. */
  seize(): void;
  /** Gives it up, or leaves the queue. */
  resign(): void;
}

export interface LeadershipListener {
  led(): void;
  /** Another tab has taken it. */
  demoted(): void;
}

/** Another tab may need so long for a rotation or a sign-in, ms; one that is frozen in the middle never ends. */
const TURN_MS = 15_000;

/**
 * One leading tab among all of this origin that use the same name, by Web Locks: the browser gives the lock to the next tab at once
 * when its holder is closed or crashes. Without Web Locks (a page that is not secure) every tab leads.
 */
export function tabLeadership(name: string, listener: LeadershipListener, locks = webLocks()): Leadership {
  let release: (() => void) | null = null;
  let leaveQueue: AbortController | null = null;
  const resign = (): void => {
    leaveQueue?.abort();
    release?.();
    leaveQueue = release = null;
  };
  if (!locks) return { queue: () => listener.led(), seize: () => listener.led(), resign };

  const request = (options: LockOptions): void => {
    let held = false;
    const hold = (): Promise<void> =>
      new Promise((resolve) => {
        held = true;
        leaveQueue = null;
        release = resolve;
        listener.led();
      });
    // It rejects when the queue is left, and when a lock that was held is taken away.
    locks.request(name, options, hold).catch(() => {
      if (!held) return;
      release = null;
      listener.demoted();
    });
  };
  return {
    queue: () => {
      if (leaveQueue || release) return;
      leaveQueue = new AbortController();
      request({ signal: leaveQueue.signal });
    },
    seize: () => {
      if (release) return;
      leaveQueue?.abort();
      leaveQueue = null;
      request({ steal: true });
    },
    resign,
  };
}

/** One at a time among all tabs of this origin that use the same name; without Web Locks among the calls of this tab. */
export function oneTabAtATime(name: string, locks = webLocks()): Exclusively {
  if (locks) {
    return async (work) => {
      let outcome: { value: Awaited<ReturnType<typeof work>> } | undefined;
      await locks.request(name, { signal: AbortSignal.timeout(TURN_MS) }, async () => {
        outcome = { value: await work() };
      });
      if (!outcome) throw new Error('the lock was not granted');
      return outcome.value;
    };
  }
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Web Locks, where the browser has them: secure pages (https, localhost) of every browser since 2022. */
export function webLocks(): LockManager | undefined {
  return 'locks' in navigator ? navigator.locks : undefined;
}
