import { useEffect, useRef, useState } from 'preact/hooks';
import { boxesRang, type Loaded, type Refusal } from './present.js';

/** What is asked for as often, ms, is live: it is also asked for when the stream says that boxes changed, but not more than this much oftener. */
const LIVE_MS = 10_000;
const OFTENER = 8;

/** What a screen has of the server: `value` null until the first answer; `fault` while the last question had none. */
export interface Polled<T> {
  readonly value: T | null;
  readonly fault: 'unreachable' | 'refused' | null;
  readonly refusal: Refusal | null;
  /** Asks now; settles when the answer is in place. Call it after every change. */
  again(): Promise<void>;
}

interface Held<T> {
  readonly value: T | null;
  readonly fault: Polled<T>['fault'];
  readonly refusal: Refusal | null;
}

/**
 * Asks at once, then every `everyMs` while the page is seen (Infinity: only when told), and when it is seen again; what is live, also when
 * boxes change. What was known stays while a question has no answer. `load` may use what changes with `key`; another key begins anew. It
 * is given the etag of what is shown:
 * `usePolled((etag) => adminRead('/status', etag), 4_000)` is cheap where the route carries one.
 */
export function usePolled<T>(load: (etag: string | null) => Promise<Loaded<T>>, everyMs: number, key = ''): Polled<T> {
  const [held, setHeld] = useState<Held<T> & { readonly key: string }>({ value: null, fault: null, refusal: null, key });
  const newest = useRef({ asked: 0, shown: 0, key, load, etag: null as string | null });
  newest.current.load = load;
  newest.current.key = key;

  const again = async (): Promise<void> => {
    const mine = (newest.current.asked += 1);
    const answer = await newest.current.load(newest.current.etag);
    // a later question was answered sooner, or it is about something else by now
    if (mine < newest.current.shown || key !== newest.current.key || answer.kind === 'over') return;
    newest.current.shown = mine;
    if (answer.kind === 'ok') newest.current.etag = answer.etag;
    setHeld((before) => {
      if (answer.kind === 'same') return before.fault === null ? before : { ...before, fault: null, refusal: null };
      if (answer.kind === 'ok') return { value: answer.body, fault: null, refusal: null, key };
      const refusal = answer.kind === 'refused' ? answer.refusal : null;
      return { value: before.key === key ? before.value : null, fault: refusal === null ? ('unreachable' as const) : ('refused' as const), refusal, key };
    });
  };

  useEffect(() => {
    newest.current.key = key;
    newest.current.etag = null;
    let askedAt = 0;
    let soon: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(soon);
      soon = undefined;
      if (document.visibilityState !== 'visible') return;
      askedAt = performance.now();
      void again();
    };
    look();
    const timer = Number.isFinite(everyMs) ? setInterval(look, everyMs) : undefined;
    document.addEventListener('visibilitychange', look);
    let known = boxesRang.peek();
    const rang = boxesRang.subscribe((count) => {
      if (everyMs > LIVE_MS || count === known) return;
      known = count;
      soon ??= setTimeout(look, Math.max(0, askedAt + everyMs / OFTENER - performance.now()));
    });
    return () => {
      rang();
      clearTimeout(soon);
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      newest.current.key = '\0'; // nobody looks any more
    };
  }, [key, everyMs]);

  const { value, fault, refusal } = held.key === key ? held : { value: null, fault: null, refusal: null };
  return { value, fault, refusal, again };
}
