import { type BoxSubject, type Comparison, type Period, type Supposition, WhatIf } from '#domain/past/index';
import { tellFacts, type TenantLog } from './facts.js';

/** A box of the past beside itself as it would have been (behaviour 4, "what-if"). Nothing is written anywhere. */
export async function compareWithWhatIf(
  log: TenantLog,
  of: BoxSubject,
  supposition: Supposition,
  periods: readonly Period[],
  maxIntervals: number,
): Promise<Comparison> {
  const end = periods.at(-1)?.to ?? -Infinity;
  return (await tellFacts(log, end, () => new WhatIf(of, supposition, periods, maxIntervals))).end();
}
