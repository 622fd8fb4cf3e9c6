import { connect } from './lead.js';
import { andThen, go, type Input, notKnown, type Presence, type Situation, stay, type Step } from './presence-states.js';
import { beatNow } from './beats.js';

/** A leader that was asked answers at once; one that has not after 3 s is frozen, ms. */
const ANSWER_MS = 3_000;

/** The tab of one agent that does not lead. */
export function follow(presence: Presence, input: Input, at: Situation): Step {
  switch (input.kind) {
    case 'led':
      return presence.phase === 'asleep' ? go(presence, {}, 'resign') : andThen(connect(presence, at), (led) => beatNow(led, at));
    case 'frozen':
      return go(presence, { phase: 'asleep', told: null, deadline: null, view: notKnown(presence.view, at.now) }, 'resign');
    case 'stirred':
      return presence.phase === 'asleep' ? ask(presence, at, 'lead') : ask(presence, at);
    case 'told':
      if (presence.phase === 'asleep') return stay(presence);
      return go(presence, { view: input.view, told: input.phase, deadline: at.now + patience(at) });
    case 'answered': {
      const { view } = presence;
      const newer = view.kind === 'known' && input.state.version > view.state.version;
      return newer ? go(presence, { view: { kind: 'known', state: input.state } }) : stay(presence);
    }
    default: // the late end of something this tab did while it led
      return stay(presence);
  }
}

/** Follows whoever leads, or leads if nobody does. */
export function beginToFollow(presence: Presence, at: Situation): Step {
  const view = notKnown(presence.view, at.now);
  return go(presence, { phase: 'following', told: null, view, deadline: at.now + ANSWER_MS }, 'lead', 'ask');
}

/** Takes the lock from a leader that has fallen silent. Until somebody tells, nothing is known. */
export function followDuties(presence: Presence, at: Situation): Step {
  if (presence.phase !== 'following' || presence.deadline === null || at.now < presence.deadline) return stay(presence);
  const deadline = at.now + patience(at);
  return go(presence, { view: notKnown(presence.view, at.now), told: null, deadline }, 'seize');
}

/** Somebody looks at this tab, or the machine woke: the leader beats, or this tab finds out that it is gone. */
function ask(presence: Presence, at: Situation, ...before: readonly 'lead'[]): Step {
  const overdue = presence.deadline === null || at.now >= presence.deadline;
  const deadline = overdue ? at.now + ANSWER_MS : Math.min(presence.deadline, at.now + ANSWER_MS);
  const view = overdue ? notKnown(presence.view, at.now) : presence.view;
  return go(presence, { phase: 'following', deadline, view }, ...before, 'ask-stirred');
}

/**
 * How long a leader may be silent, ms: it tells with every ping and beat. Two of them may be missing; that is half the lease. Drawn up to
 * a tenth longer, so that not all followers act at once.
 */
function patience(at: Situation): number {
  return Math.max(at.heartbeatMs, at.pingMs) * (2 + at.random() / 5);
}
