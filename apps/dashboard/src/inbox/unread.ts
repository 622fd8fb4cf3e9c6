import { effect, signal, untracked } from '@preact/signals';
import type { MessageView } from '#contract';
import { profile } from '../session/loaded.js';
import { adminRoute } from '../session/places.js';
import { read } from '../session/present.js';
import { MOST_COUNTED, seenUpTo, unread } from './seen.js';

/** A page that nobody sees does not ask. ms */
const EVERY_MS = 30_000;

/** Counts anew, now and then, while somebody is signed in and sees the page. */
export function countUnread(): void {
  const look = (): void => {
    if (document.visibilityState === 'visible') void count();
  };
  const asked = signal('');
  effect(() => {
    const id = profile.value?.agent.id ?? '';
    if (id === asked.peek()) return;
    asked.value = id;
    unread.value = 0;
    if (id !== '') untracked(look);
  });
  setInterval(look, EVERY_MS);
  document.addEventListener('visibilitychange', look);
}

async function count(): Promise<void> {
  const whose = profile.peek();
  if (whose === null) return;
  const since = seenUpTo(whose.agent.id, Date.now());
  const query = `limit=${MOST_COUNTED + 1}&since=${new Date(since + 1).toISOString()}`;
  const answer = await read<{ messages: readonly MessageView[] }>(await adminRoute(`/tenants/${whose.tenant.id}/messages?${query}`));
  // Seen meanwhile, or somebody else by now.
  if (answer.kind !== 'ok' || profile.peek()?.agent.id !== whose.agent.id || seenUpTo(whose.agent.id, Date.now()) > since + 1_000) return;
  unread.value = answer.body.messages.length;
}
