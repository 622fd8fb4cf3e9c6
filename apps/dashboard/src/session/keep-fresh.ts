import { effect, untracked } from '@preact/signals';
import type { OwnBoxes, OwnProfile } from '#contract';
import { boxes, profile } from './loaded.js';
import { boxesRang, connection, read, view } from './present.js';

/** The stream says when boxes change; this covers what it lost. A page that nobody sees does not ask. ms */
const EVERY_MS = 15_000;
/** An own click is in the rows some milliseconds later, and then the stream says so; these cover its silence. ms after the change */
const AFTER_CHANGE_MS = [250, 2_000];

const etags = new Map<string, string | null>();
let asked = 0;
let shownRound = 0;
let timers: ReturnType<typeof setTimeout>[] = [];

async function refresh(): Promise<void> {
  if (connection.value.kind === 'signed-out') return;
  const mine = (asked += 1);
  const has = (url: string, held: object | null): string | null => (held === null ? null : (etags.get(url) ?? null));
  const [me, shown] = await Promise.all([
    read<OwnProfile>('/agent/v1/me', has('/agent/v1/me', profile.value)),
    read<OwnBoxes>('/agent/v1/boxes', has('/agent/v1/boxes', boxes.value)),
  ]);
  if (mine < shownRound || connection.peek().kind === 'signed-out') return; // a later question was answered sooner
  shownRound = mine;
  if (me.kind === 'ok') {
    etags.set('/agent/v1/me', me.etag);
    profile.value = me.body;
  }
  if (shown.kind === 'ok') {
    etags.set('/agent/v1/boxes', shown.etag);
    boxes.value = shown.body;
  }
}

function seen(): boolean {
  return document.visibilityState === 'visible';
}

/** Keeps profile and boxes as they are on the server: at once when the stream says so, and now and then while the page is seen. */
export function keepFresh(): void {
  effect(() => {
    const { value } = view;
    if (connection.value.kind === 'signed-out' || value?.kind !== 'known') return;
    void value.state.version; // a change of the status: the boxes follow
    for (const timer of timers) clearTimeout(timer);
    void untracked(refresh); // it looks at what it will write: an answer must not be a reason to ask
    timers = AFTER_CHANGE_MS.map((delay) => setTimeout(() => void refresh(), delay));
  });
  effect(() => {
    if (boxesRang.value > 0 && seen()) void untracked(refresh);
  });
  setInterval(() => {
    if (seen()) void refresh();
  }, EVERY_MS);
  document.addEventListener('visibilitychange', () => {
    if (seen()) void refresh();
  });
}

/** The answer of the server now: for a moment that must not be old. */
export async function freshProfile(): Promise<OwnProfile | null> {
  await refresh();
  return profile.value;
}
