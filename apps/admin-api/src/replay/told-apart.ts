import { type Difference, DIFFERENCES_KEPT } from '#replays';

/** Differences of the read model, which a rebuild heals, and those of the shown log, which stay as evidence. */
export function toldApart(found: readonly Difference[]): { differences: Difference[]; shownDifferences: Difference[] } {
  const shown = (difference: Difference): boolean => difference.table === 'shown';
  return {
    differences: found.filter((difference) => !shown(difference)).slice(0, DIFFERENCES_KEPT),
    shownDifferences: found.filter(shown).slice(0, DIFFERENCES_KEPT),
  };
}
