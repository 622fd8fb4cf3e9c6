import { signal } from '@preact/signals';

/** The address behind `#`: works wherever the page is served, and back and forward are the browser's. */
const path = signal(readPath());
addEventListener('hashchange', () => (path.value = readPath()));

function readPath(): string {
  return location.hash.replace(/^#\/?/, '');
}

/** First part of the address behind `#`, e.g. `inbox`; empty on the first screen. */
export function currentScreen(): string {
  return path.value.split('/')[0] ?? '';
}

export function linkTo(screen: string): string {
  return `#/${screen}`;
}
