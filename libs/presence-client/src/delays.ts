/** Milliseconds of the first reconnect; each failure doubles it. Short, for while nothing is known the agent sees nothing. */
const FIRST_DELAY_MS = 1_000;

/** A quarter of the standard lease (120 s): even the longest wait leaves three attempts before presence ends. */
export const LONGEST_DELAY_MS = 30_000;

/**
 * Milliseconds to wait before the next attempt after `failures` (1, 2, ...) failed ones: 1 s, 2 s, 4 s ... 30 s, of which the upper
 * half is drawn (`random` 0..1), so that all clients of a server that died do not come back in step.
 */
export function retryDelay(failures: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
  return whole * (0.5 + random / 2);
}

/** Milliseconds between two beats: the interval the server told, ±10 % (behaviour D8). `random` 0..1. */
export function beatInterval(heartbeatMs: number, random: number): number {
  return heartbeatMs * (0.9 + random / 5);
}
