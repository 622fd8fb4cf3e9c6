import type { AgentState } from '#contract';
import type { Moment } from './steady-clock.js';

/** What may be shown: the state while it is known, that is, while the stream is alive; else what it was and since when it is not known. */
export type View =
  | { readonly kind: 'known'; readonly state: AgentState }
  | { readonly kind: 'unknown'; readonly lastKnown: AgentState | null; readonly since: Moment };

/**
 * One tab's part in the agent's presence on this device:
 *   asleep:     the page is frozen: no lock, no stream (enter: freeze; leave: any stir -> following);
 *   following:  another tab leads and tells (enter: start, lock lost, woken; leave: lock got -> connecting). A leader that is silent for
 *               too long, or does not answer when asked, loses the lock to this tab;
 *   connecting: the stream is asked for (enter: lock got, retry due, stirred while waiting, stream silent, session opened; leave: first
 *               state -> connected, failure or no answer in time -> waiting, session over -> reopening or signed-out);
 *   connected:  the state is known (enter: first state; leave: stream lost or offline -> waiting, or connecting at once in a hidden page;
 *               two pings missed -> connecting; session over -> reopening or signed-out);
 *   waiting:    for the next attempt (enter: see above; leave: due or stirred -> connecting, session over -> reopening or signed-out);
 *   reopening:  the lease has ended; the host is asked for a new session (enter: 410; leave: opened -> connecting, declined ->
 *               signed-out, unreachable -> waiting);
 *   signed-out: nobody is signed in here (enter: 401 that new tokens do not cure, host declined; leave: session adopted -> connecting);
 *   stopped:    for good.
 * The leading tab beats while connecting, connected and waiting: beats are presence, the stream is only how the tab knows (behaviour D8).
 */
export type Phase = 'asleep' | 'following' | 'connecting' | 'connected' | 'waiting' | 'reopening' | 'signed-out' | 'stopped';

export interface Presence {
  readonly phase: Phase;
  readonly view: View;
  /** What the leading tab is at, as it told; null in the leading tab itself and while nothing was heard. */
  readonly told: Phase | null;
  /** following: the leader counts as gone; connecting: the answer is too late; connected: silence is too long; waiting: next attempt. */
  readonly deadline: Moment | null;
  /** When the last attempt to connect began. */
  readonly attemptedAt: Moment;
  readonly connectedAt: Moment;
  /** Attempts since the last connection that held. */
  readonly failures: number;
  readonly beats: Beats;
}

/** The leading tab's beats. */
export interface Beats {
  /** The next one at the latest. */
  readonly dueAt: Moment;
  /** The last one that was sent and has not failed. */
  readonly sentAt: Moment | null;
  readonly failures: number;
}

/** What happens to a tab. */
export type Input =
  /** This tab got the lock, or lost it to another one. */
  | { readonly kind: 'led' | 'demoted' }
  /** On the stream: the agent's state, a ping, any other sound of life, its end (`retryMs`: the server asked for that delay). */
  | { readonly kind: 'state'; readonly state: AgentState }
  | { readonly kind: 'ping' | 'sound' }
  | { readonly kind: 'lost'; readonly retryMs?: number }
  /** The answer to a beat; to any call: the session is over. */
  | { readonly kind: 'beaten'; readonly ok: boolean }
  | { readonly kind: 'refused'; readonly why: 'expired' | 'signed-out' }
  /** The host was asked for a new session. */
  | { readonly kind: 'reopened'; readonly outcome: 'replaced' | 'declined' | 'unreachable' }
  /** A session was put in place by the host or another tab. */
  | { readonly kind: 'session-changed' }
  /** A status change of this tab was answered with the state. */
  | { readonly kind: 'answered'; readonly state: AgentState; readonly accepted: boolean }
  /** A sign of the person or the machine: visible, focused, shown again, online, woken. */
  | { readonly kind: 'stirred' | 'offline' | 'frozen' }
  /** From another tab: the leader's word; a follower's question (`stirred`: somebody looks at it). */
  | { readonly kind: 'told'; readonly view: View; readonly phase: Phase }
  | { readonly kind: 'asked'; readonly stirred: boolean }
  | { readonly kind: 'time' | 'stop' };

/** What a tab has to do. `lead` queues for the lock, `seize` takes it from a silent leader, `resign` gives it up. */
export type Action = 'lead' | 'seize' | 'resign' | 'connect' | 'disconnect' | 'beat' | 'reopen' | 'tell' | 'ask' | 'ask-stirred';

/** The world at the moment of an input. */
export interface Situation {
  readonly now: Moment;
  /** 0..1. */
  readonly random: () => number;
  readonly visible: boolean;
  /** Interval of beats, as the session was told, ms. */
  readonly heartbeatMs: number;
  /** Between two pings of the stream, ms (contract: 25 s). */
  readonly pingMs: number;
}

export interface Step {
  readonly presence: Presence;
  readonly actions: readonly Action[];
}

/** Nothing changes, nothing is to be done. */
export function stay(presence: Presence): Step {
  return { presence, actions: [] };
}

/** The presence changed by `patch`, and what is to be done. */
export function go(presence: Presence, patch: Partial<Presence>, ...actions: readonly Action[]): Step {
  return { presence: { ...presence, ...patch }, actions };
}

/** Both steps, one after the other. */
export function andThen(first: Step, next: (presence: Presence) => Step): Step {
  const second = next(first.presence);
  return { presence: second.presence, actions: [...first.actions, ...second.actions] };
}

/** What was known is not known any more. */
export function notKnown(view: View, now: Moment): View {
  return view.kind === 'unknown' ? view : { kind: 'unknown', lastKnown: view.state, since: now };
}
