import type { AgentState } from '#contract';
import { t } from '../i18n/index.js';

/** What a mark can show; `unknown` while nothing is known, which is not offline. */
export type Shown = AgentState['status'] | 'unknown';

/** Each status has a shape of its own, so that it is told without colour: a tick, a pause, a cross, a question. */
const SHAPES: Record<Shown, string> = {
  online: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm3.7 5.3a1 1 0 0 1 0 1.4l-4.2 4.2a1 1 0 0 1-1.4 0L4.3 9.1a1 1 0 1 1 1.4-1.4l1.1 1.1 3.5-3.5a1 1 0 0 1 1.4 0Z',
  busy: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0ZM5 5.5a1 1 0 0 1 2 0v5a1 1 0 1 1-2 0v-5Zm4 0a1 1 0 0 1 2 0v5a1 1 0 1 1-2 0v-5Z',
  offline: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2Z',
  unknown: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0ZM4 7a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm4 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm4 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2Z',
};

/** The shape alone; a word stands beside it, so screen readers skip it. */
export function Mark({ status }: { readonly status: Shown }) {
  return (
    <svg class={`mark ${status}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path fill="currentColor" fill-rule="evenodd" d={SHAPES[status]} />
    </svg>
  );
}

export function StatusPill({ status }: { readonly status: Shown }) {
  return (
    <span class={`pill ${status}`}>
      <Mark status={status} />
      {t().status[status]}
    </span>
  );
}

/** The profile picture: initials in a ring of the status. */
export function Avatar({ name, status, large }: { readonly name: string; readonly status: Shown; readonly large?: boolean }) {
  return (
    <span class={`avatar ${status}${large ? ' large' : ''}`} aria-hidden="true">
      {initialsOf(name)}
      <Mark status={status} />
    </span>
  );
}

/** First letters of the first and the last word, as a person of that name would write them. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return ends.map((word) => [...(word ?? '')][0] ?? '').join('').toLocaleUpperCase();
}
