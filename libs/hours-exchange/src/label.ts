import { unreadable } from './unreadable-hours.js';

/** What labels may be long here, as in the contract. */
const MOST_CHARACTERS = 200;

/** A label in one line; undefined where there is none. Refuses one that is too long, with its place. */
export function labelOf(given: string, pointer: string): string | undefined {
  const label = given.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
  if (label.length > MOST_CHARACTERS) throw unreadable(pointer, `must not be longer than ${MOST_CHARACTERS} characters`);
  return label === '' ? undefined : label;
}
