import type { Outcome } from './simulate.js';

/** What a seed found, in a few lines. */
export function report({ seed, complaints, log, steps, trace }: Outcome): string {
  const verdict = complaints.length === 0 ? 'all is well' : `found something; again: npm run simulate -- --seed ${seed}`;
  return [
    `seed=${seed} (${log.length} events, ${steps} steps, trace ${trace.toString(16)}): ${verdict}`,
    ...complaints.map((text) => `  ${text}`),
  ].join('\n');
}
