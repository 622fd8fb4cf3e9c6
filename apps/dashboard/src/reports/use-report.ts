import type { Availability } from '#contract';
import { adminRead } from '../session/admin.js';
import { type Polled, usePolled } from '../session/use-polled.js';
import type { Whose } from './bars.js';
import type { Range, Step } from './range.js';

/** The query of a report, for the page and for what is downloaded. */
export function queryOf(siteId: string, whose: Whose, range: Range, by: Step): string {
  const of = whose.kind === 'site' ? {} : { [`${whose.kind}Id`]: whose.id };
  const query = { siteId, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), by, ...of };
  return `/reports/availability?${new URLSearchParams(query)}`;
}

/** Asked once for each question; what is over does not change, and what is not is asked for by a click. */
export function useReport(query: string): Polled<Availability> {
  return usePolled(() => adminRead<Availability>(query), Infinity, query);
}
