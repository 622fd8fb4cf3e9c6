import type { AgentState } from '#contract';
import { toast } from '../design/toasts.js';
import { t } from '../i18n/index.js';
import { farewellOf } from '../session/farewell.js';
import { freshProfile } from '../session/keep-fresh.js';
import { setStatus, signOut } from '../session/present.js';
import { shownStatus } from '../session/shown-status.js';

/** A click on a status. What it changed is seen; only what went another way is said. */
export async function changeTo(status: AgentState['status'], until?: number): Promise<void> {
  const answer = await setStatus(status, until);
  const words = t().changed;
  switch (answer.kind) {
    case 'conflict':
      return toast(words.conflict(t().status[answer.state.status]));
    case 'refused':
      return toast(answer.code === 'until-out-of-range' ? words.past : words.refused);
    case 'unreachable':
      return toast(words.unreachable);
    case 'changed':
    case 'signed-out':
  }
}

export async function leaveThisDevice(goOffline: boolean): Promise<void> {
  // What is left is shown after the sign-out, so it has to be the newest.
  const left = farewellOf(goOffline ? 'offline' : shownStatus(), await freshProfile());
  if (!(await signOut({ goOffline, left }))) toast(t().changed.signOutFailed);
}
