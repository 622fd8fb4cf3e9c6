import { describe, it } from '@jest/globals';
import { PLANTED_PRESENCE_BUGS } from './planted-presence-bugs.js';
import { simulatePresence } from './simulate-presence.js';

/** A bug that hides from so many seeds would hide from 300, too, for all we know. */
const SEEDS = 40;

describe('the checks of the simulation of presence see the classic bugs', () => {
  it.each(PLANTED_PRESENCE_BUGS)(
    '$name',
    async ({ plant, found }) => {
      const seen: string[] = [];
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        seen.push(...(await simulatePresence(seed, plant())).complaints);
        if (seen.some((complaint) => found.test(complaint))) return;
      }
      throw new Error(`not seen in ${SEEDS} seeds; what was: ${[...new Set(seen.map((text) => text.slice(0, 60)))].slice(0, 10).join(' | ')}`);
    },
    300_000,
  );
});
