import { type Availability as AvailabilityReport, MOST_GAPS, rfc3339 } from '#contract';
import { mondayOf } from '#domain/opening-hours/index';
import type { Account, AgentStanding, Availability, Period, PeriodLength, Spent } from '#domain/past/index';
import { boxSeconds } from '../box-seconds.js';

export interface ReportFrame {
  readonly siteId: string;
  readonly timeZone: string;
  readonly from: number;
  readonly to: number;
  readonly knownAt: number;
  readonly settled: boolean;
}

/** The report as the contract has it. Days and weeks are sums of the finer periods that were counted. */
export function reportView(
  counted: Availability,
  periods: readonly Period[],
  by: PeriodLength,
  { from, to, knownAt, ...frame }: ReportFrame,
  names: ReadonlyMap<string, string>,
): AvailabilityReport {
  const nameOf = (id: string): string => names.get(id) ?? '';
  const alertsOf = (of: string | null): number => counted.gaps.filter(({ groupId }) => groupId === of).length;
  const detailsOf = <S extends string, Seconds>(account: Account<S>, secondsOf: (spent: Spent<S>) => Seconds) =>
    account.periods.length === 0 ? {} : partsOf(account, periods, by, secondsOf);
  return {
    ...{ ...frame, from: rfc3339(from), to: rfc3339(to) },
    site: { ...boxSeconds(counted.site.total), coverageAlerts: alertsOf(null) },
    ...partsOf(counted.site, periods, by, boxSeconds),
    coverageGaps: counted.gaps.slice(-MOST_GAPS).map((gap) => ({ ...gap, from: rfc3339(gap.from), to: gap.to === null ? null : rfc3339(gap.to) })),
    groups: [...counted.groups].map(([id, account]) => {
      const seconds = { ...boxSeconds(account.total), coverageAlerts: alertsOf(id) };
      return { id, name: nameOf(id), ...seconds, ...detailsOf(account, boxSeconds) };
    }),
    agents: [...counted.agents].map(([id, account]) => ({ id, name: nameOf(id), ...agentSeconds(account.total), ...detailsOf(account, agentSeconds) })),
    knownAt: rfc3339(knownAt),
  };
}

type Parts<Seconds> = { days: Part<Seconds>[]; hours?: Part<Seconds>[]; weeks?: Part<Seconds>[] };
type Part<Seconds> = { date: string; from: string; to: string } & Seconds;

function partsOf<S extends string, Seconds>(
  account: Account<S>,
  periods: readonly Period[],
  by: PeriodLength,
  secondsOf: (spent: Spent<S>) => Seconds,
): Parts<Seconds> {
  const counted = periods.map((period, i): Counted<S> => ({ ...period, spent: account.periods[i] as Spent<S> }));
  const told = (parts: readonly Counted<S>[]) =>
    parts.map(({ date, from, to, spent }) => ({ date, from: rfc3339(from), to: rfc3339(to), ...secondsOf(spent) }));
  const days = by === 'hour' ? summed(counted, (date) => date) : counted;
  return {
    days: told(days),
    ...(by === 'hour' ? { hours: told(counted) } : {}),
    ...(by === 'week' ? { weeks: told(summed(days, mondayOf)) } : {}),
  };
}

type Counted<S extends string> = Period & { readonly spent: Spent<S> };

/** Neighbours that begin under the same date are one. */
function summed<S extends string>(parts: readonly Counted<S>[], dateOf: (date: string) => string): Counted<S>[] {
  const sums: Counted<S>[] = [];
  for (const part of parts) {
    const date = dateOf(part.date);
    const last = sums.at(-1);
    if (last?.date === date) sums[sums.length - 1] = { ...last, to: part.to, spent: plus(last.spent, part.spent) };
    else sums.push({ ...part, date });
  }
  return sums;
}

function plus<S extends string>(a: Spent<S>, b: Spent<S>): Spent<S> {
  return Object.fromEntries((Object.keys(a) as S[]).map((standing) => [standing, a[standing] + b[standing]])) as Record<S, number>;
}

function agentSeconds(spent: Spent<AgentStanding>) {
  return {
    onlineSeconds: spent.online / 1000,
    unattendedOnlineSeconds: spent.unattended / 1000,
    busySeconds: spent.busy / 1000,
    offlineSeconds: spent.offline / 1000,
  };
}
