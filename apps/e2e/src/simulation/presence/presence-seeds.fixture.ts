import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, PRESENCE_FAULTS } from '../faults.js';
import { report } from '../report.js';
import type { Outcome } from '../simulate.js';
import { simulatePresence } from './simulate-presence.js';

/** Declares the specs of so many seeds. In two files, so that two workers share the work. */
export function describePresence(first: number, seeds: number): void {
  describe(`presence, ${seeds} seeds from ${first}: devices, two processes of each role, clocks, blindness, and all that may go wrong`, () => {
    const outcomes: Outcome[] = [];

    beforeAll(async () => {
      for (let seed = first; seed < first + seeds; seed += 1) outcomes.push(await simulatePresence(seed));
    }, 300_000);

    it('nobody who beat is expired, the silent ones are, boxes show it, and only people turn agents online (I7-I10)', () => {
      const bad = outcomes.filter(({ complaints }) => complaints.length > 0);
      if (bad.length > 0) throw new Error(bad.map((one) => report(one, 'presence')).join('\n'));
    });

    it.each(PRESENCE_FAULTS)('the runs prove that they bit: %s', (fault: Fault) => {
      expect(outcomes.reduce((sum, { bitten }) => sum + (bitten.get(fault) ?? 0), 0)).toBeGreaterThan(0);
    });
  });
}
