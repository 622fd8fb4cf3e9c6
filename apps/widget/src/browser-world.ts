import type { WidgetStatus } from '#contract';
import { keep, recall, sessionStore, siteUrl, type Subject } from './subject.js';
import type { Answer, TabMessage, World } from './world.js';

/** A question that takes longer is given up. Milliseconds. */
const PATIENCE_MS = 15_000;

/** The page's world: EventSource, fetch, Web Locks, BroadcastChannel, sessionStorage; each of them may be missing or refuse. */
export function browserWorld(subject: Subject): World {
  const { api, site, group, lang, visitor } = subject;
  const box = ['chatbox', api, site, group, lang].join(' ');
  const name = `${box} ${visitor}`;
  const url = (what: string): string => {
    const query = new URLSearchParams(what === 'stream' ? { lang, ping: 'event' } : {});
    if (group) query.set('group', group);
    if (visitor) query.set('visitor', visitor);
    return `${siteUrl(subject) + what}?${query}`;
  };
  // Whoever put the box on the page reads this; a page cannot tell a wrong key from a foreign origin, only that there is an answer.
  let told = false;
  const tellWhoBuiltIt = async (): Promise<void> => {
    if (told) return;
    told = true;
    await fetch(url('status'), { mode: 'no-cors', credentials: 'omit' }).then(
      () => console.warn(`chatbox-status: ${api} does not answer this page. Is the site key "${site}" right, and is ${location.origin} among the site's origins?`),
      () => (told = false), // nobody can be reached: that is not about this page
    );
  };
  return {
    now: () => performance.now(),
    after: (ms, fn) => {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    stream: (ears) => {
      if (typeof EventSource !== 'function') return null;
      try {
        const source = new EventSource(url('stream'));
        const on = <T>(kind: string, hear: (data: T) => void): void =>
          source.addEventListener(kind, (event) => {
            try {
              hear(JSON.parse((event as MessageEvent<string>).data) as T);
            } catch {
              // no JSON: not from us
            }
          });
        on<WidgetStatus>('status', ears.status);
        on<{ at: string }>('ping', ({ at }) => ears.ping(Date.parse(at)));
        on<{ text: string }>('notice', ({ text }) => ears.notice(text));
        source.onerror = () => {
          source.close();
          ears.failed();
        };
        return () => source.close();
      } catch {
        return null;
      }
    },
    ask: async (): Promise<Answer> => {
      const leave = new AbortController();
      const timer = setTimeout(() => leave.abort(), PATIENCE_MS);
      try {
        // no-cache: the browser asks with the ETag of what it has, without a preflight, and takes the date of the 304
        const answer = await fetch(url('status'), { cache: 'no-cache', credentials: 'omit', signal: leave.signal });
        const at = Date.parse(answer.headers.get('date') ?? '');
        if (answer.status === 404) return { kind: 'wrong-key', at };
        told = true; // this page is answered
        if (answer.ok) return { kind: 'frame', frame: (await answer.json()) as WidgetStatus, at };
      } catch {
        void tellWhoBuiltIt(); // no network, no permission, no JSON: all the same to a visitor
      } finally {
        clearTimeout(timer);
      }
      return { kind: 'nothing', at: NaN };
    },
    tabs: (hear) => {
      // Only where both are there: who waits for a turn must be able to hear what the leading tab says.
      const locks = typeof BroadcastChannel === 'function' ? navigator.locks : undefined;
      let channel: BroadcastChannel | undefined;
      let release: AbortController | undefined;
      return {
        join: (lead) => {
          try {
            if (!locks) return lead();
            channel = new BroadcastChannel(name);
            channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
            const mine = (release = new AbortController());
            const whole = new Promise<void>((resolve) => mine.signal.addEventListener('abort', () => resolve()));
            const turn = (): Promise<void> => {
              lead();
              return whole;
            };
            locks.request(name, { signal: mine.signal }, turn).catch(() => mine.signal.aborted || lead());
          } catch {
            lead();
          }
        },
        say: (message) => channel?.postMessage(message),
        leave: () => {
          release?.abort();
          channel?.close();
          channel = undefined;
        },
      };
    },
    recall: () => {
      const kept = lastFrames.get(box) ?? recall<Kept>(sessionStore, box);
      return kept && { frame: kept.frame, age: Math.max(0, Date.now() - kept.at) };
    },
    keep: (frame) => {
      const kept = { frame, at: Date.now() };
      lastFrames.set(box, kept);
      keep(sessionStore, box, kept);
    },
  };
}

interface Kept {
  readonly frame: WidgetStatus;
  readonly at: number;
}

/** For a browser that keeps nothing. */
const lastFrames = new Map<string, Kept>();
