import type { Availability } from '#contract';

const SECONDS = ['onlineSeconds', 'unattendedOnlineSeconds', 'busySeconds', 'offlineSeconds', 'outsideHoursSeconds', 'missedSeconds'] as const;

interface Line extends Partial<Record<(typeof SECONDS)[number], number>> {
  readonly from?: string;
  readonly to?: string;
}
interface Subject extends Line {
  readonly hours?: readonly Line[] | undefined;
  readonly days?: readonly Line[] | undefined;
  readonly weeks?: readonly Line[] | undefined;
}

/** The report as a table (RFC 4180): a line for the total of each site, group and agent, then one for each of their periods. */
export function reportAsCsv({ siteId, from, to, site, hours, days, weeks, groups, agents }: Availability): string {
  const lines = [['scope', 'id', 'name', 'period', 'from', 'to', ...SECONDS].join(',')];
  const tell = (scope: string, { id, name }: { id: string; name: string }, total: Subject): void => {
    const line = (period: string, part: Line): void => {
      const numbers = SECONDS.map((key) => (part[key] === undefined ? '' : String(part[key])));
      lines.push([scope, cell(id), cell(name), period, part.from ?? from, part.to ?? to, ...numbers].join(','));
    };
    line('total', { ...total, from, to });
    for (const [period, parts] of [['hour', total.hours], ['day', total.days], ['week', total.weeks]] as const) for (const part of parts ?? []) line(period, part);
  };
  tell('site', { id: siteId, name: '' }, { ...site, hours, days, weeks });
  for (const group of groups) tell('group', group, group);
  for (const agent of agents) tell('agent', agent, agent);
  return `${lines.join('\r\n')}\r\n`;
}

/** A name is a person's: quoted where it must be, and never a formula for the program that opens the file. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
