import type { Finding } from './check.js';
import type { Recording } from './recording.js';

/** Targets, liveness, ms. */
const COMMANDS_MS = 15_000;
const LAG_MS = 30_000;

/** After the last fault, without a human, commands succeed within 15 s and lag is 0 within 30 s; and every fault did harm. */
export function checkRounds({ rounds, slowness }: Pick<Recording, 'rounds' | 'slowness'>): Finding[] {
  const slow: string[] = [];
  const harmless: string[] = [];
  for (const [i, { faults, commandsMs, lagMs }] of rounds.entries()) {
    const round = `round ${i + 1} (${faults.map(({ name }) => name).join(' + ')})`;
    if (commandsMs === null || commandsMs > COMMANDS_MS * slowness) slow.push(`liveness: ${round}: commands after ${inWords(commandsMs)}`);
    if (lagMs === null || lagMs > LAG_MS * slowness) slow.push(`liveness: ${round}: lag 0 after ${inWords(lagMs)}`);
    for (const { name, proof } of faults) if (proof === null) harmless.push(`${round}: nothing proves that ${name} bit`);
  }
  const slowest = (of: 'commandsMs' | 'lagMs'): number => Math.max(0, ...rounds.map((round) => round[of] ?? 0));
  return [
    {
      rule: 'after the last fault commands succeed within 15 s and lag is 0 within 30 s, without a human',
      looked: rounds.length,
      violations: slow,
      notes: [`slowest: commands ${slowest('commandsMs')} ms, lag ${slowest('lagMs')} ms`],
    },
    { rule: 'every fault bit', looked: rounds.flatMap(({ faults }) => faults).length, violations: harmless },
  ];
}

const inWords = (ms: number | null): string => (ms === null ? 'too long a time' : `${ms} ms`);
