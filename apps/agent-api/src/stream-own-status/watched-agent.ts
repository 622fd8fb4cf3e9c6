import { type Agent, sessionStanding } from '#domain/agent-presence/index';
import { frame, type SseReader } from '#http-kit';
import { agentStateOf } from '../agent-stream.js';

/** Between two `ping` events, ms (contract): the page answers each with a heartbeat, which background timers would not send in time. */
export const PING_EVERY_MS = 25_000;

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
  ) {
    this.#ping = setInterval(() => reader.nudge(PING), PING_EVERY_MS);
    reader.onClose(() => clearInterval(this.#ping));
  }

  show({ version, state }: AgentHead): void {
    if (version < this.#version) return;
    this.#version = version;
    if (sessionStanding(state, this.sessionId) !== 'open') return this.reader.close();
    const data = agentStateOf(state);
    const text = JSON.stringify(data);
    if (text === this.#shown) return;
    this.#shown = text;
    this.reader.send(frame({ event: 'state', id: data.version, data }));
  }
}
