import { signal } from '@preact/signals';
import { type Draft, sameDraft } from './draft.js';

/** What was done to the hours of one site or group since they were read. */
export interface Edits {
  readonly past: readonly (Draft | null)[];
  /** Null: no hours at all. */
  readonly present: Draft | null;
  readonly future: readonly (Draft | null)[];
}

/** Steps that can be taken back. */
const STEPS = 100;

/** Unsaved edits by id of the site or group: they stay while one looks at another screen. */
const kept = signal<ReadonlyMap<string, Edits>>(new Map());

/** The edits of an owner; without any, what is saved. */
export function editsOf(id: string, saved: Draft | null): Edits {
  return kept.value.get(id) ?? { past: [], present: saved, future: [] };
}

export function keepEdits(id: string, edits: Edits | null): void {
  const next = new Map(kept.value);
  if (edits === null) next.delete(id);
  else next.set(id, edits);
  kept.value = next;
}

/** Whether anything is not saved. */
export function isDirty(edits: Edits, saved: Draft | null): boolean {
  const { present } = edits;
  return present === null || saved === null ? present !== saved : !sameDraft(present, saved);
}

export function edited({ past, present }: Edits, next: Draft | null): Edits {
  return { past: [...past.slice(-STEPS), present], present: next, future: [] };
}

export function undone(edits: Edits): Edits {
  const { past, present, future } = edits;
  return past.length === 0 ? edits : { past: past.slice(0, -1), present: past.at(-1) ?? null, future: [present, ...future] };
}

export function redone(edits: Edits): Edits {
  const { past, present, future } = edits;
  return future.length === 0 ? edits : { past: [...past, present], present: future[0] ?? null, future: future.slice(1) };
}

addEventListener('beforeunload', (event) => {
  if (kept.peek().size > 0) event.preventDefault();
});
