import type { OpenedSession } from '#contract';
import type { Connection } from './connection.js';
import type { OverWhy, SessionStore } from './own-session.js';
import type { View } from './presence-states.js';

/** What the host of a presence client gives and is told. */
export interface PresenceClientOptions {
  /** Origin of the agent API; the page's own by default. */
  readonly baseUrl?: string;
  /** Tabs of one origin with the same name share one session and one beating tab. */
  readonly name?: string;
  /** Where the session is kept; by default for all tabs, over reloads. */
  readonly store?: SessionStore;
  /** The lease has ended (410): opens a new session, or gives null if only the person can. Asked in one tab, at times a hidden one. */
  readonly reopen: () => Promise<OpenedSession | null>;
  /** What may be shown. Never a state that is not known. */
  readonly onState: (view: View) => void;
  readonly onConnection?: (connection: Connection) => void;
  /** The session can make no call any more, and why; said before what follows from it. Only in the leading tab. */
  readonly onOver?: (why: OverWhy) => void;
  /** What visitors see, or who counts for it, may have changed: time to read GET /boxes. Told in every tab; while unconnected, not at all. */
  readonly onBoxes?: () => void;
  /** Between two pings of the server, seconds (contract: 25). */
  readonly pingSeconds?: number;
}
