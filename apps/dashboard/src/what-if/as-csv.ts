import type { Answer } from './asked.js';

const SECONDS = ['onlineSeconds', 'unattendedOnlineSeconds', 'busySeconds', 'offlineSeconds', 'outsideHoursSeconds', 'missedSeconds'] as const;

/** The answer as a table (RFC 4180), as the API gives it: a line for the total, then one for each day. */
export function asCsv({ from, to, was, would, differSeconds, days }: Answer): string {
  const head = ['period', 'from', 'to', ...SECONDS.flatMap((key) => [`was.${key}`, `would.${key}`]), 'differSeconds'];
  const line = (period: string, part: Pick<Answer, 'from' | 'to' | 'was' | 'would' | 'differSeconds'>): string =>
    [period, part.from, part.to, ...SECONDS.flatMap((key) => [part.was[key], part.would[key]]), part.differSeconds].join(',');
  return [head.join(','), line('total', { from, to, was, would, differSeconds }), ...days.map((day) => line('day', day)), ''].join('\r\n');
}
