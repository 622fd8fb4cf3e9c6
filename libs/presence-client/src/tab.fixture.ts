import type { AgentState } from '#contract';
import { ManualClock } from '#testing';
import type { Action, Input, Phase, Presence } from './presence-states.js';
import { nextDue, start, step } from './step.js';

/** The agent's state at a version. */
export function stateAt(version: number, status: AgentState['status'] = 'online'): AgentState {
  return { status, effectiveStatus: status, version, since: '2026-03-02T12:00:00.000Z' };
}

/** A tab of the specs: the core with a clock moved by hand. Beats every 30 s, pings every 25 s, dice that always fall in the middle. */
export class Tab {
  readonly clock = new ManualClock();
  visible = true;
  presence: Presence;
  /** What it had to do since the last look. */
  private todo: Action[] = [];

  constructor() {
    const { presence, actions } = start(this.situation());
    this.presence = presence;
    this.todo.push(...actions);
  }

  get phase(): Phase {
    return this.presence.phase;
  }

  get view(): Presence['view'] {
    return this.presence.view;
  }

  /** Until something is due if nothing happens, ms. */
  get dueIn(): number | null {
    const due = nextDue(this.presence);
    return due === null ? null : Math.round(due - this.clock.now());
  }

  /** Gives it these inputs and returns what it has to do, without what it tells the other tabs. */
  when(...inputs: readonly Input[]): Action[] {
    this.todo = [];
    for (const input of inputs) {
      const { presence, actions } = step(this.presence, input, this.situation());
      this.presence = presence;
      this.todo.push(...actions);
    }
    return this.todo.filter((action) => action !== 'tell');
  }

  /** Time passes, in one jump, and then the timer is noticed. */
  after(milliseconds: number, input: Input = { kind: 'time' }): Action[] {
    this.clock.advance(milliseconds);
    return this.when(input);
  }

  /** Whether the last inputs were told to the other tabs. */
  get told(): boolean {
    return this.todo.includes('tell');
  }

  get started(): readonly Action[] {
    return this.todo;
  }

  private situation(): Parameters<typeof start>[0] {
    return { now: this.clock.now(), random: () => 0.5, visible: this.visible, heartbeatMs: 30_000, pingMs: 25_000 };
  }
}

/** A tab that leads; its first beat and its stream are under way. */
export function leading(): Tab {
  const tab = new Tab();
  tab.when({ kind: 'led' });
  return tab;
}

/** A tab that leads, connected since 10 s, its first beat accepted. */
export function connected(version = 5): Tab {
  const tab = leading();
  tab.when({ kind: 'beaten', ok: true }, { kind: 'state', state: stateAt(version) });
  tab.after(10_000, { kind: 'sound' });
  return tab;
}
