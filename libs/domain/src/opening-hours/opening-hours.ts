/** schema.org `DayOfWeek`, without its address. */
export const DAYS_OF_WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type DayOfWeek = (typeof DAYS_OF_WEEK)[number];

/** A stretch of a day on the wall clock, half-open (behaviour D4): `closes` at or before `opens` means the next day; `24:00` is allowed there. */
export interface OpensCloses {
  /** `HH:MM`, 00:00 to 23:59. */
  readonly opens: string;
  /** `HH:MM`, 00:00 to 24:00; never the same as `opens`. */
  readonly closes: string;
}

/** schema.org `OpeningHoursSpecification`: what happens every week. */
export interface OpeningHoursSpecification extends OpensCloses {
  readonly dayOfWeek: readonly DayOfWeek[];
}

/** schema.org `specialOpeningHoursSpecification`: other hours from one date to another, both included. */
export interface SpecialOpeningHours {
  /** `YYYY-MM-DD` on the calendar of the place. */
  readonly validFrom: string;
  readonly validThrough: string;
  /** Empty: closed. */
  readonly hours: readonly OpensCloses[];
  readonly name?: string;
}

/** One holiday, written out (behaviour D28). It closes its whole day unless people have given it hours or struck it out. */
export interface Holiday {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
  /** Open at these times nevertheless. */
  readonly hours?: readonly OpensCloses[];
  /** People have struck it out: the day is like any other. */
  readonly struckOut?: true;
  /** Changed by people: extending the rows keeps it. */
  readonly edited?: true;
}

/** Which calendar the holidays come from: ISO 3166-1 alpha-2, and a region of it as `date-holidays` names it (`BY`, `BY-A`). */
export interface HolidayCalendar {
  readonly country: string;
  readonly region?: string;
}

/** The hours of a site or of a group, as they are kept: plain JSON. */
export interface OpeningHours {
  /** IANA name; without it the site's applies (behaviour D5). */
  readonly timeZone?: string;
  readonly weekly: readonly OpeningHoursSpecification[];
  /** Where two overlap the shorter one holds, of two as short the later in the list. */
  readonly special: readonly SpecialOpeningHours[];
  readonly publicHolidays?: HolidayCalendar & { readonly rows: readonly Holiday[] };
  readonly closedPermanently?: true;
}
