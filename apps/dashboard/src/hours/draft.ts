import type { HoursView } from '#contract';
import { closingAfter, readTime, writeTime } from './wall-time.js';
import { type Week, weeklyOf, weekOf } from './week.js';

/** What `PUT .../hours` takes. */
export type HoursBody = Omit<HoursView, 'holidayRows'>;
type Exception = NonNullable<HoursBody['exceptions']>[number];
export type HolidayRows = NonNullable<HoursView['holidayRows']>;

/** Other hours, or none, on dates of the calendar. */
export interface DatedRule {
  readonly id: string;
  /** `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  /** Empty: closed. Minutes as in a stretch of the week. */
  readonly intervals: readonly { readonly opens: number; readonly closes: number }[];
  /** Empty: it has no name. */
  readonly label: string;
}

/** Opening hours while they are edited. */
export interface Draft {
  /** Null: the site's. */
  readonly timeZone: string | null;
  readonly week: Week;
  /** In the order of their dates. */
  readonly dated: readonly DatedRule[];
  readonly holidays: { readonly country: string; readonly region: string | null } | null;
  readonly closedPermanently: boolean;
}

export const NO_HOURS: Draft = { timeZone: null, week: [], dated: [], holidays: null, closedPermanently: false };

/** What most offices have, to begin with. */
export const OFFICE_HOURS: Draft = { ...NO_HOURS, week: weekOf([{ days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '09:00', closes: '17:00' }]) };

export function draftOf({ timeZone, weekly, exceptions = [], holidays, closedPermanently }: HoursBody): Draft {
  return {
    timeZone: timeZone ?? null,
    week: weekOf(weekly),
    dated: inOrder(exceptions.map((exception, index) => datedRuleOf(`d${index + 1}`, exception))),
    holidays: holidays ? { country: holidays.country, region: holidays.region ?? null } : null,
    closedPermanently: closedPermanently === true,
  };
}

function datedRuleOf(id: string, { from, to, intervals = [], label = '' }: Exception): DatedRule {
  const read = intervals.flatMap(({ opens: o, closes: c }) => {
    const opens = readTime(o, false);
    const time = readTime(c, true);
    const closes = opens === null || time === null ? null : closingAfter(opens, time);
    return opens === null || closes === null ? [] : [{ opens, closes }];
  });
  return { id, from, to, intervals: read, label };
}

/** The draft as the API takes it. Exceptions stand in the order of the draft's `dated`. */
export function bodyOf({ timeZone, week, dated, holidays, closedPermanently }: Draft): HoursBody {
  return {
    ...(timeZone === null ? {} : { timeZone }),
    weekly: weeklyOf(week),
    ...(dated.length === 0 ? {} : { exceptions: dated.map(exceptionOf) }),
    ...(holidays === null ? {} : { holidays: { country: holidays.country, ...(holidays.region === null ? {} : { region: holidays.region }) } }),
    ...(closedPermanently ? { closedPermanently } : {}),
  };
}

function exceptionOf({ from, to, intervals, label }: DatedRule): Exception {
  const times = intervals.map(({ opens, closes }) => ({ opens: writeTime(opens), closes: writeTime(closes) }));
  return { from, to, ...(times.length === 0 ? { closed: true as const } : { intervals: times }), ...(label.trim() === '' ? {} : { label: label.trim() }) };
}

/** Whether both would be kept as the same hours. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b));
}

/** Adds a rule for dates, or changes the one with its id. */
export function withDated(draft: Draft, rule: Omit<DatedRule, 'id'> & { readonly id: string | null }): Draft {
  const id = rule.id ?? `d${1 + Math.max(0, ...draft.dated.map((one) => Number(one.id.slice(1))))}`;
  const { from, to } = rule.from <= rule.to ? rule : { from: rule.to, to: rule.from };
  return { ...draft, dated: inOrder([...draft.dated.filter((one) => one.id !== id), { ...rule, id, from, to }]) };
}

export function withoutDated(draft: Draft, id: string): Draft {
  return { ...draft, dated: draft.dated.filter((one) => one.id !== id) };
}

/** Rules whose dates are all over; the API takes 400 rules in all. */
export function withoutPast(draft: Draft, today: string): Draft {
  return { ...draft, dated: draft.dated.filter(({ to }) => to >= today) };
}

/** By dates; rules of the same dates stay in their order, for the later one holds. */
function inOrder(dated: readonly DatedRule[]): DatedRule[] {
  const key = ({ from, to }: DatedRule): string => `${from} ${to}`;
  return [...dated].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The rule that holds on a date: the shortest of those that name it, of two as short the later one. */
export function ruleOn(dated: readonly DatedRule[], date: string): DatedRule | null {
  const days = ({ from, to }: DatedRule): number => Date.parse(to) - Date.parse(from);
  const naming = dated.filter(({ from, to }) => from <= date && date <= to);
  return naming.reduce<DatedRule | null>((best, one) => (best === null || days(one) <= days(best) ? one : best), null);
}
