import { beating } from './beats.js';
import { beginToFollow, follow, followDuties } from './follow.js';
import { lead, leadDuties } from './lead.js';
import { andThen, go, type Input, notKnown, type Presence, type Situation, stay, type Step } from './presence-states.js';
import type { Moment } from './steady-clock.js';

/** A tab at its start: it follows whoever leads, or leads if nobody does. */
export function start(at: Situation): Step {
  const view = { kind: 'unknown', lastKnown: null, since: at.now } as const;
  const beats = { dueAt: at.now, sentAt: null, failures: 0 };
  const never = { attemptedAt: at.now, connectedAt: at.now, failures: 0 };
  return beginToFollow({ phase: 'following', view, told: null, deadline: null, beats, ...never }, at);
}

/**
 * What a tab becomes and has to do when something happens (the states: presence-states.ts). Every input also brings what is due by
 * then, so a late timer, of a hidden page or after a sleep, delays nothing that another input could bring.
 */
export function step(presence: Presence, input: Input, at: Situation): Step {
  if (presence.phase === 'stopped') return stay(presence);
  return andThen(react(presence, input, at), (now) => (follows(now) ? followDuties(now, at) : leadDuties(now, at)));
}

/** When something is due if nothing happens before; null: nothing. */
export function nextDue(presence: Presence): Moment | null {
  const due = beating(presence) ? [presence.beats.dueAt] : [];
  if (presence.deadline !== null) due.push(presence.deadline);
  return due.length > 0 ? Math.min(...due) : null;
}

function react(presence: Presence, input: Input, at: Situation): Step {
  if (input.kind === 'stop') {
    return go(presence, { phase: 'stopped', view: notKnown(presence.view, at.now), deadline: null, told: null }, 'disconnect', 'resign');
  }
  if (follows(presence)) return follow(presence, input, at);
  if (input.kind === 'demoted') return andThen(go(presence, {}, 'disconnect'), (now) => beginToFollow(now, at));
  return lead(presence, input, at);
}

function follows({ phase }: Presence): boolean {
  return phase === 'following' || phase === 'asleep';
}
