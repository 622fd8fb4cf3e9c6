import type { InputFault } from './problem.js';

/** Deeper nesting than any body of ours has; the limit keeps later readers from running out of stack. */
const MAX_DEPTH = 32;

/** Half of a pair: no character, and not UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Keys that would reach into an object's prototype if somebody copied them carelessly. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Looks through parsed JSON (or a query) for what no schema should ever meet: NUL and lone surrogates, which Postgres cannot store as
 * text, prototype keys, and bottomless nesting. Gives the first fault, or null. `pointerOf` names the place.
 */
export function hostileInput(value: unknown, pointerOf: (path: readonly string[]) => string = jsonPointer): InputFault | null {
  const open: { value: unknown; path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: here, path } = next;
    if (typeof here === 'string') {
      const detail = unstorable(here);
      if (detail) return { pointer: pointerOf(path), detail };
    }
    if (typeof here !== 'object' || here === null) continue;
    if (path.length >= MAX_DEPTH) return { pointer: pointerOf(path), detail: `is nested deeper than ${MAX_DEPTH} levels` };
    for (const key of Object.keys(here)) {
      const below = [...path, key];
      if (PROTOTYPE_KEYS.has(key)) return { pointer: pointerOf(below), detail: 'is not a name a property may have' };
      const detail = unstorable(key);
      if (detail) return { pointer: pointerOf(path), detail: `has a name that ${detail}` };
      open.push({ value: (here as Record<string, unknown>)[key], path: below });
    }
  }
  return null;
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** `?name`: how faults of the query are pointed at. */
export function queryPointer(path: readonly PropertyKey[]): string {
  return `?${path.length > 0 ? String(path[0]) : ''}`;
}

/** Why Postgres could not store this as text, or null. */
export function unstorable(text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain the character U+0000';
  return LONE_SURROGATE.test(text) ? 'must not contain half of a surrogate pair' : null;
}
