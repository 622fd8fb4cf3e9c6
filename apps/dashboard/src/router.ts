import { signal } from '@preact/signals';

/** The address behind `#`: works wherever the page is served, and back and forward are the browser's. */
const path = signal(readPath());
addEventListener('hashchange', () => (path.value = readPath()));

function readPath(): string {
  return location.hash.replace(/^#\/?/, '');
}

/** First part of the address behind `#`, e.g. `inbox`; empty on the first screen. */
export function currentScreen(): string {
  return currentPlace()[0] ?? '';
}

/** The parts of the address behind `#`: `['team', <id>]` for one person of the team. Ids are as they were put into `linkTo`. */
export function currentPlace(): readonly string[] {
  return path.value.split('/').map(decoded);
}

/** The address of a screen, or of one thing on it: `linkTo('team', id)`. */
export function linkTo(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** Goes there, as a click on a link would. */
export function goTo(...parts: readonly string[]): void {
  location.hash = linkTo(...parts);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // typed by hand
  }
}
