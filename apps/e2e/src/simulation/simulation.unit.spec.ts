import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Fault, FAULTS } from './faults.js';
import { report } from './report.js';
import { type Outcome, simulate } from './simulate.js';

const SEEDS = 200;

describe(`${SEEDS} seeds of people, two processes of each role, and everything that may go wrong between them`, () => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) outcomes.push(await simulate(seed));
  }, 300_000);

  it('nothing acknowledged is lost, nothing is invented, every box shows what the rules give, and in the end everybody knows it', () => {
    const bad = outcomes.filter(({ complaints }) => complaints.length > 0);
    if (bad.length > 0) throw new Error(bad.map((one) => report(one)).join('\n'));
  });

  it.each(FAULTS)('the runs prove that they bit: %s', (fault: Fault) => {
    expect(outcomes.reduce((sum, { bitten }) => sum + (bitten.get(fault) ?? 0), 0)).toBeGreaterThan(0);
  });

  it('something happened in every one of them', () => {
    expect(Math.min(...outcomes.map(({ log }) => log.length))).toBeGreaterThan(10);
  });
});

describe('a seed', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('is the same run whenever it is played: step by step, event by event', async () => {
    const [one, other] = [await simulate(7), await simulate(7)];
    expect(other).toEqual(one);
  });

  it("asks neither the machine's clock nor its dice", async () => {
    const refuse = (): never => {
      throw new Error('a simulation has its own time and dice');
    };
    jest.spyOn(Math, 'random').mockImplementation(refuse);
    jest.spyOn(Date, 'now').mockImplementation(refuse);
    const { complaints } = await simulate(8);
    jest.restoreAllMocks();
    expect(complaints).toEqual([]);
  });

  it('is another run than its neighbour', async () => {
    expect((await simulate(9)).trace).not.toBe((await simulate(10)).trace);
  });
});
