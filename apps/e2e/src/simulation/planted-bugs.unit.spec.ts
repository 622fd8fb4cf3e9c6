import { describe, it } from '@jest/globals';
import { PLANTED_BUGS } from './planted-bugs.js';
import { simulate } from './simulate.js';

/** A bug that hides from so many seeds would hide from 200, too, for all we know. */
const SEEDS = 25;

describe('the checks of the simulation see the classic bugs', () => {
  it.each(PLANTED_BUGS)(
    '$name',
    async ({ plant, found }) => {
      const seen: string[] = [];
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        seen.push(...(await simulate(seed, plant())).complaints);
        if (seen.some((complaint) => found.test(complaint))) return;
      }
      throw new Error(
        `not seen in ${SEEDS} seeds; what was: ${[...new Set(seen.map((text) => text.slice(0, 60)))].slice(0, 10).join(' | ')}`,
      );
    },
    300_000,
  );
});
