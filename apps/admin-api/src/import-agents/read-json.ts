import { MAX_IMPORTED } from '#contract';
import { invalid, parseJson } from '#http-kit';
import { type Line, readLines } from './line.js';

/** `{ "agents": [...] }`. Refuses: `unreadable-json`, `invalid-body` for what is no such list; what an agent is told line by line. */
export function linesOfJson(bytes: Uint8Array): Line[] {
  const body = parseJson(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('invalid-body', [{ pointer: '', detail: 'must be an object with "agents"' }]);
  }
  const unknown = Object.keys(body).filter((key) => key !== 'agents');
  if (unknown.length > 0) {
    throw invalid('invalid-body', unknown.map((key) => ({ pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'is not a known property' })));
  }
  const { agents } = body as { agents?: unknown };
  if (!Array.isArray(agents)) throw invalid('invalid-body', [{ pointer: '/agents', detail: 'must be a list of agents' }]);
  if (agents.length > MAX_IMPORTED) {
    throw invalid('invalid-body', [{ pointer: '/agents', detail: `must have at most ${MAX_IMPORTED} agents, not ${agents.length}` }]);
  }
  return readLines(agents.map((value: unknown, index) => ({ line: index + 1, value })));
}
