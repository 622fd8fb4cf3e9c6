/** What the wall clock of a zone reads: the date, the day of the week (0 = Monday), minutes since midnight. Null: the browser knows no such zone. */
export function wallClock(timeZone: string, at: number): { readonly date: string; readonly day: number; readonly minute: number } | null {
  try {
    const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const parts = new Map(new Intl.DateTimeFormat('en-GB', options).formatToParts(at).map(({ type, value }) => [type, value]));
    const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
    const day = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    return { date, day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  } catch {
    return null;
  }
}
