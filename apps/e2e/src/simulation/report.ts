import type { Outcome } from './simulate.js';

/** What a seed found, in a few lines. */
export function report({ seed, complaints, log, steps, trace }: Outcome, scene = 'river'): string {
  const verdict = complaints.length === 0 ? 'all is well' : `found something; again: npm run simulate -- --only ${scene} --seed ${seed}`;
  return [
    `seed=${seed} (${log.length} events, ${steps} steps, trace ${trace.toString(16)}): ${verdict}`,
    ...complaints.map((text) => `  ${text}`),
  ].join('\n');
}
