import { rfc3339, type WhatIfAnswer, type WhatIfBody } from '#contract';
import { type BoxTime, type ComparedSpent, type Comparison, type Period, statusSeen, sumCompared, whatIfSentence } from '#domain/past/index';
import { boxSeconds } from '../box-seconds.js';

export interface ComparisonFrame {
  readonly siteId: string;
  readonly groupId: string | null;
  readonly timeZone: string;
  readonly from: number;
  /** Up to where it was compared. */
  readonly to: number;
  /** From where to ask on; null: it was compared to the end. */
  readonly next: number | null;
  readonly knownAt: number;
  readonly settled: boolean;
}

type Counted = Period & { readonly spent: ComparedSpent };

/** The comparison as the contract has it. Days are sums of the finer periods that were counted. */
export function comparisonView(
  { total, periods: counted, intervals, intervalsUntil }: Comparison,
  periods: readonly Period[],
  by: WhatIfBody['by'],
  { from, to, next, knownAt, ...frame }: ComparisonFrame,
): Omit<WhatIfAnswer, 'inactive'> {
  const reached = periods.filter((period) => period.from < to);
  const parts = reached.map((period, i): Counted => ({ ...period, to: Math.min(period.to, to), spent: counted[i] as ComparedSpent }));
  const told = parts.map(partView);
  return {
    ...{ ...frame, from: rfc3339(from), to: rfc3339(to), next: next === null ? null : rfc3339(next) },
    ...seconds(total),
    days: by === 'day' ? told : byDay(parts).map(partView),
    ...(by === 'hour' ? { hours: told } : {}),
    ...(by === 'minute' ? { minutes: told } : {}),
    intervals: intervals.map(({ from: begins, to: ends, was, would }) => ({
      ...{ from: rfc3339(begins), to: rfc3339(ends), differs: statusSeen(was.standing) !== statusSeen(would.standing) },
      ...{ was: sideView(was), would: sideView(would) },
    })),
    intervalsUntil: rfc3339(intervalsUntil),
    sentence: { de: whatIfSentence(total, 'de'), en: whatIfSentence(total, 'en') },
    knownAt: rfc3339(knownAt),
  };
}

function partView({ date, from, to, spent }: Counted): WhatIfAnswer['days'][number] {
  return { date, from: rfc3339(from), to: rfc3339(to), ...seconds(spent) };
}

function seconds({ was, would, differ }: ComparedSpent) {
  return { was: boxSeconds(was), would: boxSeconds(would), differSeconds: differ / 1000 };
}

/** Neighbours that begin on the same date are one. */
function byDay(parts: readonly Counted[]): Counted[] {
  const days: Counted[][] = [];
  for (const part of parts) {
    const day = days.at(-1);
    if (day?.[0]?.date === part.date) day.push(part);
    else days.push([part]);
  }
  return days.flatMap((day) => {
    const [first, last] = [day[0], day.at(-1)];
    return first && last ? [{ ...first, to: last.to, spent: sumCompared(day.map(({ spent }) => spent)) }] : [];
  });
}

/** What only the supposition did has no event. */
function sideView({ standing, by, cause }: BoxTime): WhatIfAnswer['intervals'][number]['was'] {
  return { status: statusSeen(standing), standing, ...by, cause: cause.eventId === '' ? null : cause };
}
