import type { AgentState, ChangeStatusBody } from '#contract';
import type { Call } from './agent-calls.js';
import type { OwnSession } from './own-session.js';

/** What became of a wish for a status. */
export type StatusAnswer =
  | { readonly kind: 'changed'; readonly state: AgentState }
  /** Another device was faster: the present state, which is shown from now on (behaviour D13). */
  | { readonly kind: 'conflict'; readonly state: AgentState }
  /** The wish itself is not right (`until-out-of-range`), or must be made again (`conflict`). */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  /** Whether it was taken is not known; the stream will tell. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed-out' };

/** PUT /agent/v1/status. A session whose lease has ended is replaced, and the wish made once more. Never rejects. */
export async function changeStatus(session: OwnSession, call: Call, body: ChangeStatusBody): Promise<StatusAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await session.authorized((accessToken) => call('PUT', '/status', { accessToken, body }));
    if (outcome.kind === 'unreachable') return outcome;
    if (outcome.kind === 'over') {
      const cured = outcome.why === 'expired' && attempt === 1 ? await session.replace(outcome.sessionId) : 'declined';
      if (cured === 'unreachable') return { kind: 'unreachable' };
      if (cured === 'declined') return { kind: 'signed-out' };
      continue;
    }
    const { status, code = '', body: answer } = outcome.reply;
    if (status === 200) return { kind: 'changed', state: answer as AgentState };
    const { state, detail = '' } = answer as { state?: AgentState; detail?: string };
    return state && code === 'version-conflict' ? { kind: 'conflict', state } : { kind: 'refused', code, detail };
  }
}
