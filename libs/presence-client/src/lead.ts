import type { AgentState } from '#contract';
import { afterBeat, beatIfDue, beatNow, countedAsBeat } from './beats.js';
import { LONGEST_DELAY_MS, retryDelay } from './delays.js';
import { type Action, andThen, go, type Input, notKnown, type Phase } from './presence-states.js';
import { type Presence, type Situation, stay, type Step } from './presence-states.js';

/** Headers and the first state come in far less than this, ms; a connection that is dead since before a sleep never answers. */
const CONNECT_MS = 15_000;

/** A connection held for so long was a good one: the next failure is a first one again, ms. */
const HELD_MS = 5_000;

/** Between two attempts at least, if stirring causes the second, ms. */
const STIR_MS = 1_000;

/** The tab that holds the stream and beats, or would if it had a session. */
export function lead(presence: Presence, input: Input, at: Situation): Step {
  const { phase } = presence;
  switch (input.kind) {
    case 'state':
      return heard(presence, input.state, at);
    case 'ping': // answered from here: message handlers of a hidden page are not throttled like its timers
      return andThen(sound(presence, at), (alive) => andThen(beatNow(alive, at), (beaten) => go(beaten, {}, 'tell')));
    case 'sound':
      return sound(presence, at);
    case 'lost':
      return lost(presence, input.retryMs, at);
    case 'beaten':
      return afterBeat(presence, input.ok, at);
    case 'answered':
      return answered(presence, input, at);
    case 'refused':
      return refused(presence, input.why, at);
    case 'reopened':
      return phase === 'reopening' ? reopened(presence, input.outcome, at) : stay(presence);
    case 'session-changed': // perhaps another person's
      return connect({ ...presence, failures: 0, view: { kind: 'unknown', lastKnown: null, since: at.now }, beats: countedAsBeat(at) }, at);
    case 'stirred':
      return stirred(presence, at);
    case 'asked':
      return andThen(input.stirred ? stirred(presence, at) : stay(presence), (now) => go(now, {}, 'tell'));
    case 'offline':
      return phase === 'connecting' || phase === 'connected' ? wait(presence, LONGEST_DELAY_MS, at) : stay(presence);
    case 'frozen':
      return leave(presence, 'asleep', at, 'disconnect', 'resign');
    default:
      return stay(presence);
  }
}

/** What is due: the next attempt, the end of patience, a beat. */
export function leadDuties(presence: Presence, at: Situation): Step {
  return andThen(deadline(presence, at), (current) => beatIfDue(current, at));
}

/** Asks for the stream, anew if there is one. */
export function connect(presence: Presence, at: Situation): Step {
  const connecting = leave(presence, 'connecting', at, 'disconnect', 'connect', 'tell');
  return go(connecting.presence, { attemptedAt: at.now, deadline: at.now + CONNECT_MS }, ...connecting.actions);
}

function deadline(presence: Presence, at: Situation): Step {
  if (presence.deadline === null || at.now < presence.deadline) return stay(presence);
  if (presence.phase === 'connecting') return lost(presence, undefined, at);
  return connect(presence, at); // waited long enough; or connected to something that is dead
}

function heard(presence: Presence, state: AgentState, at: Situation): Step {
  if (presence.phase === 'connecting') {
    const patch = { phase: 'connected', connectedAt: at.now, deadline: silence(at), view: { kind: 'known', state } } as const;
    return andThen(go(presence, patch, 'tell'), (now) => beatNow(now, at));
  }
  if (presence.phase !== 'connected') return stay(presence);
  const older = presence.view.kind === 'known' && state.version < presence.view.state.version;
  return older ? sound(presence, at) : go(presence, { deadline: silence(at), view: { kind: 'known', state } }, 'tell');
}

function sound(presence: Presence, at: Situation): Step {
  return presence.phase === 'connected' ? go(presence, { deadline: silence(at) }) : stay(presence);
}

/** Two pings and a fifth of one, for what the network adds. */
function silence(at: Situation): number {
  return at.now + at.pingMs * 2.2;
}

/** The server's wish comes first. A hidden page's timers may be a minute late: after a good connection it comes back without one. */
function lost(presence: Presence, retryMs: number | undefined, at: Situation): Step {
  const { phase, connectedAt } = presence;
  if (phase !== 'connecting' && phase !== 'connected') return stay(presence);
  const held = phase === 'connected' && at.now - connectedAt >= HELD_MS;
  const failures = held ? 1 : presence.failures + 1;
  const failed = { ...presence, failures };
  if (held && !at.visible && retryMs === undefined) return connect(failed, at);
  return wait(failed, Math.max(retryMs ?? 0, retryDelay(failures, at.random())), at);
}

function wait(presence: Presence, milliseconds: number, at: Situation): Step {
  const { presence: waiting, actions } = leave(presence, 'waiting', at, 'disconnect', 'tell');
  return go(waiting, { deadline: at.now + milliseconds }, ...actions);
}

function stirred(presence: Presence, at: Situation): Step {
  return andThen(beatNow(presence, at), (now) => {
    if (now.phase !== 'waiting') return stay(now);
    const soon = now.attemptedAt + STIR_MS;
    return at.now >= soon ? connect(now, at) : go(now, { deadline: Math.min(now.deadline ?? soon, soon) });
  });
}

function refused(presence: Presence, why: 'expired' | 'signed-out', at: Situation): Step {
  const { phase } = presence;
  if (phase !== 'connecting' && phase !== 'connected' && phase !== 'waiting') return stay(presence);
  return why === 'expired'
    ? leave(presence, 'reopening', at, 'disconnect', 'reopen', 'tell')
    : leave(presence, 'signed-out', at, 'disconnect', 'tell');
}

/** A new session is a beat, so the box is online again before the stream is (behaviour, case 15). */
function reopened(presence: Presence, outcome: 'replaced' | 'declined' | 'unreachable', at: Situation): Step {
  if (outcome === 'declined') return leave(presence, 'signed-out', at, 'tell');
  if (outcome === 'replaced') return connect({ ...presence, failures: 0, beats: countedAsBeat(at) }, at);
  const failures = presence.failures + 1;
  return wait({ ...presence, failures }, retryDelay(failures, at.random()), at);
}

/** An accepted change is a beat (behaviour D8). The stream tells the state as well: an answer that comes after it says nothing new. */
function answered(presence: Presence, { state, accepted }: { state: AgentState; accepted: boolean }, at: Situation): Step {
  const { view } = presence;
  const beats = accepted ? countedAsBeat(at) : presence.beats;
  const newer = view.kind === 'known' && state.version > view.state.version;
  return newer ? go(presence, { beats, view: { kind: 'known', state } }, 'tell') : go(presence, { beats });
}

/** Into a phase in which the state is not known. */
function leave(presence: Presence, phase: Phase, at: Situation, ...actions: readonly Action[]): Step {
  return go(presence, { phase, told: null, deadline: null, view: notKnown(presence.view, at.now) }, ...actions);
}
