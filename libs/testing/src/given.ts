import { strict as assert } from 'node:assert';
import { at } from './manual-clock.js';

/** What a specification needs of a fold: where it begins and how it takes one event. */
export interface SpecifiedFold<State, Event> {
  readonly initial: State;
  evolve(state: State, event: Event & Stored): State;
}

interface Stored {
  readonly effectiveAt: number;
  readonly version: number;
}

/** A fact of the past; without `effectiveAt` it happened a second after the one before, beginning at 12:00:00. */
export type Past<Event> = Event & { readonly effectiveAt?: number };

export interface Outcome<State, Event> {
  /** The command returns exactly these events. */
  then(expected: readonly Event[]): Outcome<State, Event>;
  /** The wish is already true, or there is nothing to do: no event. */
  thenNothing(): Outcome<State, Event>;
  /** The command is refused with this stable code; `extra` are fields the refusal has to carry. Nothing is stored then. */
  thenRefused(code: string, extra?: Readonly<Record<string, unknown>>): Outcome<State, Event>;
  /** What the stream is after the command, for a closer look. */
  thenState(look: (state: State) => void): Outcome<State, Event>;
}

/**
 * The specification of a decider: `given(events).when(command).then(events)`.
 *
 * @typeParam Event the events a decider of this stream gives; to be named, because a fold takes them as stored
 * @param fold the stream's fold; its states are put through JSON after every event, because that is how a stream's head is kept
 * @returns `given`, to be called with the events of the past
 */
export function givenFor<State, Event extends object>(fold: SpecifiedFold<State, Event>) {
  return (past: readonly Past<Event>[] = []) => ({
    when(command: (state: State) => readonly Event[]): Outcome<State, Event> {
      const before = foldAll(fold, fold.initial, past, 0);
      const unchanged = JSON.stringify(before);
      const answer = ask(() => command(before));
      assert.equal(JSON.stringify(before), unchanged, 'a decider changed the state it was given');
      return outcome(fold, before, past.length, answer);
    },
  });
}

type Answer<Event> = { readonly events: readonly Event[] } | { readonly refusal: { code: string; extra: Record<string, unknown> } };

function ask<Event>(command: () => readonly Event[]): Answer<Event> {
  try {
    return { events: command() };
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return { refusal: error as never };
    throw error;
  }
}

function outcome<State, Event extends object>(
  fold: SpecifiedFold<State, Event>,
  before: State,
  versions: number,
  answer: Answer<Event>,
): Outcome<State, Event> {
  const decided = (): readonly Event[] => {
    if ('events' in answer) return answer.events;
    throw new assert.AssertionError({ message: `the command was refused: ${answer.refusal.code}` });
  };
  const self: Outcome<State, Event> = {
    then(expected) {
      assert.deepStrictEqual(decided(), expected);
      return self;
    },
    thenNothing: () => self.then([]),
    thenRefused(code, extra = {}) {
      if ('events' in answer) assert.fail(`the command was accepted: ${JSON.stringify(answer.events)}`);
      const { refusal } = answer;
      const shown = Object.fromEntries(Object.keys(extra).map((name) => [name, refusal.extra[name]]));
      assert.deepStrictEqual({ code: refusal.code, ...shown }, { code, ...extra });
      return self;
    },
    thenState(look) {
      look('events' in answer ? foldAll(fold, before, answer.events, versions) : before);
      return self;
    },
  };
  return self;
}

function foldAll<State, Event extends object>(
  fold: SpecifiedFold<State, Event>,
  from: State,
  events: readonly Past<Event>[],
  versions: number,
): State {
  let state = from;
  events.forEach((event, i) => {
    const version = versions + i + 1;
    const stored = { effectiveAt: at('12:00:00') + version * 1_000, ...event, version };
    state = JSON.parse(JSON.stringify(fold.evolve(state, stored))) as State;
  });
  return state;
}
