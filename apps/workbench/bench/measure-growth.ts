import type { Bench, Growth } from './benchmark.js';
import { median } from './measure-pairs.js';

const ROUNDS = 3;

/**
 * Cost of one unit of work at 1, 2 and 4 times the amount. The amounts take turns, so that whatever else the machine does meets all alike.
 * @param prepare makes a world of that amount and gives what measures the cost in it
 */
export async function growthOf(
  bench: Bench,
  amount: { readonly of: string; readonly unit: string; readonly once: number },
  prepare: (amount: number) => Promise<() => Promise<number>>,
): Promise<Growth> {
  const amounts = bench.quick ? [amount.once] : [1, 2, 4].map((times) => times * amount.once);
  const worlds: { amount: number; measure: () => Promise<number>; costs: number[] }[] = [];
  for (const one of amounts) worlds.push({ amount: one, measure: await prepare(one), costs: [] });
  for (let round = 0; round < (bench.quick ? 1 : ROUNDS); round += 1) {
    for (const world of worlds) world.costs.push(await world.measure());
  }
  const steps = worlds.map(({ amount: one, costs }) => ({ amount: one, cost: median(costs) }));
  return { of: amount.of, unit: amount.unit, steps };
}
