const DAY_MS = 86_400_000;

/** The next day of this name (0 = Sunday) that begins more than a day from now, `YYYY-MM-DD`. */
export function coming(weekday: number, from = Date.now() + 2 * DAY_MS): string {
  const day = new Date(from);
  return dateOf(from + ((weekday - day.getUTCDay() + 7) % 7) * DAY_MS);
}

/** The last Sunday of next year's March: Central Europe's clocks go forward from 02:00 to 03:00. */
export function clocksGoForward(): string {
  const end = Date.UTC(new Date().getUTCFullYear() + 1, 2, 31);
  return dateOf(end - new Date(end).getUTCDay() * DAY_MS);
}

export function daysAfter(date: string, days: number): string {
  return dateOf(Date.parse(date) + days * DAY_MS);
}

/** When the clocks of Berlin show this (`YYYY-MM-DD`, `HH:MM` or more), in UTC, RFC 3339 with milliseconds. */
export function inBerlin(date: string, time: string): string {
  const wall = Date.parse(`${date}T${time}Z`);
  const shown = (at: number): number => {
    const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' }).format(at);
    return Date.parse(`${parts.replace(' ', 'T')}Z`) + (((at % 1000) + 1000) % 1000);
  };
  const hour = 3_600_000;
  const found = [wall - 2 * hour, wall - hour].find((at) => shown(at) === wall);
  if (found === undefined) throw new RangeError(`the clocks of Berlin never show ${date} ${time}`);
  return new Date(found).toISOString();
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
