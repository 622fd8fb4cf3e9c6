import { signal } from '@preact/signals';
import type { MessageView } from '#contract';
import { keep, kept } from '../design/kept.js';

/** More are told as "99+". */
export const MOST_COUNTED = 99;
/** In a browser that never showed this person's messages, those of the last day are unread: not everything there ever was. ms */
const FIRST_LOOK_MS = 86_400_000;

/** Messages newer than what this person has seen in this browser: the service keeps no such mark. `MOST_COUNTED + 1`: more than can be told. */
export const unread = signal(0);

/** Of when the newest message was that this person has seen here; ms since epoch. */
export function seenUpTo(agentId: string, now: number): number {
  const known = Number(kept(seenName(agentId)) ?? Number.NaN);
  return Number.isFinite(known) ? known : now - FIRST_LOOK_MS;
}

function seenName(agentId: string): string {
  return `messages-seen-${agentId}`;
}

/** The inbox shows them now. */
export function noteSeen(agentId: string, messages: readonly Pick<MessageView, 'receivedAt'>[]): void {
  const newest = Math.max(seenUpTo(agentId, Date.now()), ...messages.map(({ receivedAt }) => Date.parse(receivedAt)));
  keep(seenName(agentId), String(newest));
  unread.value = 0;
}
