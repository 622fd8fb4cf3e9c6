import { growingDelay } from '#messaging';
import { Unreadable } from './received-event.js';

export interface FailureRule {
  /** After so many deliveries an event is parked. */
  readonly parkAfter: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export type AfterFailure = { readonly kind: 'park' } | { readonly kind: 'again'; readonly delayMs: number };

/**
 * What becomes of an event whose handler has failed. What nobody can read is parked at once. While the database is away (`away`) the
 * event is not to blame and waits, however often it was delivered; so a night without Postgres parks nothing.
 * @param random gives numbers in [0, 1)
 */
export function afterFailure(
  { error, deliveries, away }: { error: unknown; deliveries: number; away: boolean },
  rule: FailureRule,
  random: () => number,
): AfterFailure {
  if (error instanceof Unreadable) return { kind: 'park' };
  if (!away && deliveries >= rule.parkAfter) return { kind: 'park' };
  return { kind: 'again', delayMs: Math.round(growingDelay(deliveries, rule.firstDelayMs, rule.longestDelayMs, random)) };
}

const LONGEST_REASON = 1_000; // characters

/** The words of an error and of what caused it, without a stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, LONGEST_REASON);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, LONGEST_REASON) || error.name;
}
