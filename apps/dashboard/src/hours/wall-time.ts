/** Minutes of a day. */
export const DAY_MINUTES = 1440;

/**
 * A time as people type it, in minutes since midnight: `8`, `8:30`, `0830`, `8.30`, `8h30`; null if it is none.
 * `24:00` is one only where something closes.
 */
export function readTime(text: string, closing: boolean): number | null {
  const trimmed = text.trim();
  const read = /^(\d{1,2})(?:[:.hH ]\s?(\d{2}))?$/.exec(trimmed) ?? /^(\d{1,2})(\d{2})$/.exec(trimmed);
  if (!read) return null;
  const [hours, minutes] = [Number(read[1]), Number(read[2] ?? 0)];
  const time = hours * 60 + minutes;
  return minutes > 59 || time > DAY_MINUTES || (time === DAY_MINUTES && !closing) ? null : time;
}

/** `HH:MM` as the contract writes it. Beyond midnight the next day's time; midnight at the end of a day is `24:00`. */
export function writeTime(minutes: number): string {
  const time = minutes > DAY_MINUTES ? minutes - DAY_MINUTES : minutes;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(time / 60))}:${two(time % 60)}`;
}

/**
 * When something that opens at `opens` closes, if it closes at `time` on the clock: at or before `opens` means the next day (behaviour D4).
 * Minutes since the midnight before it opened; null where both are the same, which could mean nothing or the whole day.
 */
export function closingAfter(opens: number, time: number): number | null {
  if (time === opens) return null;
  return time < opens ? time + DAY_MINUTES : time;
}
