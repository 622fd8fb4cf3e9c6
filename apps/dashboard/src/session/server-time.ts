import { signal } from '@preact/signals';

/** How far the server's clock is ahead of this device's, ms; a device's clock may be wrong by hours (case 20). */
const ahead = signal(0);

/** Learns it from an answer that says when it was made. A late answer errs by its way only. */
export function noteServerTime(answer: unknown): void {
  const { knownAt } = answer as { knownAt?: unknown };
  if (typeof knownAt !== 'string') return;
  const told = Date.parse(knownAt) - Date.now();
  // the page must not tremble with every answer
  if (Math.abs(told - ahead.value) > 500) ahead.value = told;
}

/** The server's time now, ms since epoch. */
export function serverNow(): number {
  return Date.now() + ahead.value;
}

/** A server's instant on this device's clock, which is the one people read beside the page. */
export function here(serverInstant: string): number {
  return Date.parse(serverInstant) - ahead.value;
}

/** Ticks once a second while the page is seen: countdowns read it. */
export const now = signal(Date.now());
const tick = (): void => {
  if (document.visibilityState === 'visible') now.value = Date.now();
};
setInterval(tick, 1000);
document.addEventListener('visibilitychange', tick);
