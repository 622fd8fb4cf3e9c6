import type { Fault } from './judge.js';
import { hoursWords } from './words.js';

/** What was refused, at the places where it can be put right. */
interface Placed {
  readonly week: string | null;
  /** As the service says it, with the zone that may be meant. */
  readonly zone: string | null;
  readonly dated: (index: number) => string | null;
  /** What has no place of its own on the screen. */
  readonly others: readonly Fault[];
}

/** Sorts the faults of a 422 by where they belong. */
export function faultsOf(faults: readonly Fault[]): Placed {
  const words = hoursWords().faults;
  const of = (pattern: RegExp): Fault | undefined => faults.find(({ pointer }) => pattern.test(pointer));
  const week = of(/^\/weekly/);
  const zone = of(/^\/timeZone$/);
  const known = /^\/(weekly|timeZone|exceptions\/\d+|holidays\/(country|region))/;
  return {
    week: week === undefined ? null : /must hold an interval/.test(week.detail) ? words.noInterval : /more than/.test(week.detail) ? words.tooMany : `${words.other}: ${week.detail}`,
    zone: zone?.detail ?? null,
    dated: (index) => {
      const fault = of(new RegExp(`^/exceptions/${index}(/|$)`));
      if (!fault) return null;
      if (/must not be before/.test(fault.detail)) return words.order;
      return /date|lie between/.test(fault.detail) ? words.date : `${words.other}: ${fault.detail}`;
    },
    others: faults.filter(({ pointer }) => !known.test(pointer)),
  };
}
