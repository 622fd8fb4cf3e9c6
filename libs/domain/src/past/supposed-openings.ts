import type { Instant } from '../agent-presence/status.js';
import { localDateAt, type OpeningHours } from '../opening-hours/index.js';
import { type HoursOfSite, type Openings, tellOpenings, type ToldOpening, toldOpening } from '../tenant-settings/index.js';
import { HoursThen } from './hours-then.js';
import type { LoggedFact } from './effect-order.js';
import type { BoxSubject } from './past-fold.js';

/** Hours in the place of those that were; undefined: they stay as they were, null: there are none. */
export interface SupposedHours {
  readonly site?: OpeningHours | null | undefined;
  /** Of the group whose box is asked for. */
  readonly group?: OpeningHours | null | undefined;
}

/** What openings follow from is told some milliseconds before they are; where nothing follows it in the log, so long after, ms. */
const TOLD_WITHIN_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * How the openings of a box would have stood by other hours. Where the other hours say what was so anyway, the facts themselves stand, to
 * the millisecond; elsewhere it is worked out, as whoever tells openings would have.
 */
export class SupposedOpenings {
  private readonly then: HoursThen;
  private shown: readonly ToldOpening[] | null = null;
  /** When they have to be looked at again, whatever the log says. */
  private due: Instant = Infinity;

  constructor(
    of: BoxSubject,
    private readonly supposed: SupposedHours,
    /** Holidays on other dates decide nothing. */
    private readonly range: { readonly from: Instant; readonly to: Instant },
  ) {
    this.then = new HoursThen(of);
  }

  get nextDue(): Instant {
    return this.due;
  }

  /** Keeps in mind what hours really were. */
  take(fact: LoggedFact): void {
    if (this.then.take(fact)) this.due = Math.min(this.due, fact.effectiveAt + TOLD_WITHIN_MS);
  }

  /** How the openings would have been told at an instant, beside the real ones; null: as before. */
  at(at: Instant, real: Openings | undefined): ToldOpening[] | null {
    const [was, would] = [this.then.with({}), this.then.with(this.supposed)];
    this.due = Infinity;
    const openings = tellOpenings(would, this.then.timeZone, at).flatMap((computed): ToldOpening[] => {
      const { groupId, upcoming } = computed;
      if (this.sameInputs(groupId, was, would)) {
        const stands = real?.[groupId ?? ''];
        return stands ? [toldOpening(groupId, stands)] : [];
      }
      this.due = Math.min(this.due, Date.parse(upcoming[0]?.at ?? '') || Infinity);
      return [computed];
    });
    if (JSON.stringify(openings) === JSON.stringify(this.shown)) return null;
    this.shown = openings;
    return openings;
  }

  private sameInputs(groupId: string | null, was: HoursOfSite, would: HoursOfSite): boolean {
    const inputs = ({ site, groups }: HoursOfSite): string =>
      JSON.stringify([site, groupId === null ? null : (groups.get(groupId) ?? null)].map((hours) => this.deciding(hours)));
    return inputs(was) === inputs(would);
  }

  /** What of hours decides about the range, in one order. */
  private deciding(hours: OpeningHours | null): unknown {
    if (hours === null) return null;
    const { timeZone = null, weekly, special, publicHolidays, closedPermanently = false } = hours;
    const zone = timeZone ?? this.then.timeZone;
    const [from, to] = [localDateAt(zone, this.range.from - DAY_MS), localDateAt(zone, this.range.to + DAY_MS)];
    const rows = publicHolidays?.rows.filter(({ date, struckOut }) => !struckOut && from <= date && date <= to);
    return [
      timeZone,
      closedPermanently,
      weekly.map(({ dayOfWeek, opens, closes }) => [dayOfWeek, opens, closes]),
      special.map(({ validFrom, validThrough, hours: day, name }) => [validFrom, validThrough, day.map(({ opens, closes }) => [opens, closes]), name ?? null]),
      rows?.map(({ date, name, hours: day }) => [date, name, day?.map(({ opens, closes }) => [opens, closes]) ?? null]) ?? null,
    ];
  }
}
