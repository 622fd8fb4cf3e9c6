import { describe, expect, it } from '@jest/globals';
import { faultNamed } from './faults.js';
import { play } from './play.js';
import { report } from './report.js';

/** Each is killed and stopped once. Two at a time, for each start costs seconds. */
const ROUNDS = [
  ['kill:agent-api', 'kill:nats'],
  ['kill:postgres', 'kill:timekeeper'],
  ['kill:projector', 'kill:relay'],
  ['long-pause:agent-api', 'pause:relay'],
  ['long-pause:timekeeper', 'pause:projector'],
  ['pause:postgres', 'pause:nats'],
];

describe('a real Ampel under a crowd, its processes killed and stopped (targets 2 and 3; `npm run chaos` does it for longer)', () => {
  it('loses nothing, expires the silent and nobody else, shows what the log says, and comes back by itself', async () => {
    const lines: string[] = [];
    const rounds = ROUNDS.map((names) => names.map(faultNamed));
    const say = (line: string): void => void lines.push(line);
    const played = await play({ seed: 'in npm test', leaseSeconds: 4, crowd: { busy: 1, calm: 1 }, rounds, say });
    const { findings } = played;
    // The whole story after the list of violations: of a long text a build server may show only the beginning.
    const violations = findings.flatMap((finding) => finding.violations);
    if (played.keptIn !== undefined) throw new Error([...violations, '', ...lines, report(played)].join('\n'));
    expect(violations).toEqual([]);
    expect(findings.filter(({ looked }) => looked === 0)).toEqual([]);
  }, 300_000);
});
