/** The clock on the wall of a time zone. All instants are ms since epoch. */
export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

export type Unit = 'day' | 'week' | 'month' | 'year';

/** Offsets of all zones in use are whole quarters of an hour, and turn at whole quarters. */
const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;
const KEPT = 50_000;

/**
 * One IANA time zone, e.g. `Europe/Berlin`; UTC where the browser does not know it. Days begin when the wall first shows their date, so they
 * are 23 or 25 hours long where clocks are changed.
 */
export class Zone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = isKnown(name) ? name : 'UTC';
    const numeric = 'numeric' as const;
    const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, hourCycle: 'h23' as const };
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: this.name, calendar: 'gregory', numberingSystem: 'latn', ...parts });
  }

  /** What the wall shows. */
  wall(at: number): Wall {
    const date = new Date(at + this.offset(at));
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes() };
  }

  /** Minutes since midnight as the wall shows them. */
  minuteOfDay(at: number): number {
    const { hour, minute } = this.wall(at);
    return hour * 60 + minute;
  }

  /** Monday is 0. */
  weekday(at: number): number {
    return (new Date(at + this.offset(at)).getUTCDay() + 6) % 7;
  }

  /** The beginning of the day, the week (Monday), the month or the year that `at` lies in. */
  startOf(unit: Unit, at: number): number {
    const { year, month, day } = this.wall(at);
    if (unit === 'year') return this.midnight(year, 1, 1);
    if (unit === 'month') return this.midnight(year, month, 1);
    return this.midnight(year, month, unit === 'week' ? day - this.weekday(at) : day);
  }

  /** The beginning of the unit that lies `count` units after the one of `at`. */
  next(unit: Unit, at: number, count = 1): number {
    const { year, month, day } = this.wall(this.startOf(unit, at));
    if (unit === 'year') return this.midnight(year + count, 1, 1);
    if (unit === 'month') return this.midnight(year, month + count, 1);
    return this.midnight(year, month, day + count * (unit === 'week' ? 7 : 1));
  }

  /** The first instant of a date; months and days beyond their end run on. A midnight that the change of clocks skips is the change itself. */
  midnight(year: number, month: number, day: number): number {
    const wanted = Date.UTC(year, month - 1, day);
    const guesses = [this.offset(wanted - 86_400_000), this.offset(wanted), this.offset(wanted + 86_400_000)];
    const found = guesses.map((offset) => wanted - offset).filter((at) => at + this.offset(at) === wanted);
    if (found.length > 0) return Math.min(...found);
    // The wall leaps over midnight: the first quarter that shows the new date.
    let at = wanted - Math.max(...guesses);
    while (at + this.offset(at) < wanted) at += QUARTER_MS;
    return at;
  }

  /** How far the wall is ahead of UTC, ms. */
  private offset(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    if (this.offsets.size > KEPT) this.offsets.clear();
    const read = this.read(quarter * QUARTER_MS);
    this.offsets.set(quarter, read);
    return read;
  }

  private read(at: number): number {
    const shown: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(at)) shown[type] = Number(value);
    const wall = Date.UTC(shown['year'] ?? 0, (shown['month'] ?? 1) - 1, shown['day'] ?? 1, shown['hour'] ?? 0, shown['minute'] ?? 0);
    return wall - Math.floor(at / MINUTE_MS) * MINUTE_MS;
  }
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
