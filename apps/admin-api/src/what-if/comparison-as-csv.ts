import type { WhatIfAnswer } from '#contract';

const SECONDS = ['onlineSeconds', 'unattendedOnlineSeconds', 'busySeconds', 'offlineSeconds', 'outsideHoursSeconds', 'missedSeconds'] as const;
type Seconds = Readonly<Record<(typeof SECONDS)[number], number>>;

/** The comparison as a table (RFC 4180): a line for the total, then one for each period. Each number stands as it was, then as it would have been. */
export function comparisonAsCsv({ from, to, was, would, differSeconds, days, hours, minutes }: WhatIfAnswer): string {
  const lines = [['period', 'from', 'to', ...SECONDS.flatMap((key) => [`was.${key}`, `would.${key}`]), 'differSeconds'].join(',')];
  const line = (period: string, part: { from: string; to: string; was: Seconds; would: Seconds; differSeconds: number }): void => {
    lines.push([period, part.from, part.to, ...SECONDS.flatMap((key) => [part.was[key], part.would[key]]), part.differSeconds].join(','));
  };
  line('total', { from, to, was, would, differSeconds });
  for (const [period, parts] of [['day', days], ['hour', hours], ['minute', minutes]] as const) for (const part of parts ?? []) line(period, part);
  return `${lines.join('\r\n')}\r\n`;
}
