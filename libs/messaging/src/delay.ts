/**
 * How long to wait after the n-th failure in a row (1 = the first): doubling from `firstMs` up to `mostMs`, then shortened at random by
 * up to half, so that many that failed together do not come back together. `random` gives numbers in [0, 1). Gives milliseconds.
 */
export function growingDelay(failures: number, firstMs: number, mostMs: number, random: () => number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return full * (1 - random() / 2);
}
