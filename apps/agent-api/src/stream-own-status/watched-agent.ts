import { type Agent, sessionStanding } from '#domain/agent-presence/index';
import { frame, type SseReader } from '#http-kit';
import { stateOf } from '../agent-stream.js';

/** Between two `ping` events at most, ms (contract): the page answers each with a beat, which background timers would not send in time. */
export const PING_EVERY_MS = 25_000;

/**
 * Milliseconds between two pings where clients are told to beat every `heartbeatSeconds`: 25 s with the usual 30 s, and in the same
 * proportion where the lease is shorter, or a hidden tab, which lives by pings alone, would lose it.
 */
export function pingInterval(heartbeatSeconds: number): number {
  return Math.min(PING_EVERY_MS, (heartbeatSeconds / 30) * PING_EVERY_MS);
}

const PING = frame({ event: 'ping', data: {} });

/** The agent as read, with the version of its stream. */
export interface AgentHead {
  readonly version: number;
  readonly state: Agent;
}

/**
 * One open stream of an agent's own status: shows a head if it says something new, and ends when the session may not speak any more.
 * Heads may come late or twice: older ones are dropped.
 */
export class WatchedAgent {
  #shown = '';
  #version = -1;
  readonly #ping: NodeJS.Timeout;

  constructor(
    readonly sessionId: string,
    readonly reader: SseReader,
    pingEveryMs = PING_EVERY_MS,
  ) {
    this.#ping = setInterval(() => reader.nudge(PING), pingEveryMs);
    reader.onClose(() => clearInterval(this.#ping));
  }

  show({ version, state }: AgentHead): void {
    if (version < this.#version) return;
    this.#version = version;
    if (sessionStanding(state, this.sessionId) !== 'open') return this.reader.close();
    const data = stateOf(state);
    const text = JSON.stringify(data);
    if (text === this.#shown) return;
    this.#shown = text;
    this.reader.send(frame({ event: 'state', id: data.version, data }));
  }
}
