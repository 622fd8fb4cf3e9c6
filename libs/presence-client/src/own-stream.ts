import type { AgentState } from '#contract';
import type { AgentCalls } from './agent-calls.js';
import type { OverWhy, OwnSession } from './own-session.js';
import type { Input } from './presence-states.js';
import { SseParser } from './sse-parser.js';

/** What the stream tells its tab. `over`: the session can make no call any more. */
export interface StreamListener {
  input(input: Input & { readonly kind: 'state' | 'ping' | 'sound' | 'lost' }): void;
  /** Boxes may have changed. */
  boxes(): void;
  over(why: OverWhy, sessionId: string | null): void;
}

/**
 * Reads GET /agent/v1/stream until it ends, breaks off or `signal` is aborted; the last word is `lost` or `over`, and none after an
 * abort. By fetch, because EventSource cannot send a bearer token. Never rejects.
 */
export async function readOwnStream(session: OwnSession, calls: AgentCalls, signal: AbortSignal, listener: StreamListener): Promise<void> {
  const tell: StreamListener['input'] = (input) => {
    if (!signal.aborted) listener.input(input);
  };
  const outcome = await session.authorized((accessToken) => calls.openStream(accessToken, signal));
  if (outcome.kind === 'over' && !signal.aborted) return listener.over(outcome.why, outcome.sessionId);
  let retryMs = outcome.kind === 'unreachable' ? outcome.retryMs : undefined;
  const parser = new SseParser({
    event: ({ event, data }) => {
      if (event === 'boxes' && !signal.aborted) listener.boxes();
      if (event === 'state') tell({ kind: 'state', state: JSON.parse(data) as AgentState });
      else tell({ kind: event === 'ping' ? 'ping' : 'sound' });
    },
    retry: (milliseconds) => (retryMs = milliseconds),
  });
  try {
    const read = outcome.kind === 'answered' ? outcome.reply.read : undefined;
    for (let bytes = await read?.(); bytes; bytes = await read?.()) {
      tell({ kind: 'sound' });
      parser.push(bytes);
    }
  } catch {
    // it broke off, or what came is not what we read
  }
  tell({ kind: 'lost', ...(retryMs === undefined ? {} : { retryMs }) });
}
