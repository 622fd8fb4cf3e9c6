import type { HttpLoad, NextRequest } from './http-load.js';
import { cpuSecondsOf } from './process-costs.js';

/**
 * How many requests a server answers with one second of processor time, while it is kept busy: what one core can do, however many other
 * processes want it meanwhile.
 */
export async function answersPerCore(load: HttpLoad, next: NextRequest, pid: number, seconds: number): Promise<number> {
  const before = cpuSecondsOf(pid, false);
  const { answers } = await load.saturate(next, seconds);
  return answers / (cpuSecondsOf(pid, false) - before);
}
