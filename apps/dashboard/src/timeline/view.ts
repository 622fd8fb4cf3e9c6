import type { Unit, Zone } from '../i18n/zone.js';

/** What is seen: the instants [from, to), ms since epoch. */
export interface View {
  readonly from: number;
  readonly to: number;
}

const MINUTE_MS = 60_000;
/** Nearer than this nothing more is to be seen. ms */
export const NEAREST_MS = MINUTE_MS;
/** Farther than this nobody reads on one line: five years. ms */
export const FARTHEST_MS = 5 * 366 * 86_400_000;

/** The day, week, month or year of the wall that `at` lies in: a day has 23 or 25 hours where clocks are changed. */
export function viewOf(unit: Unit, at: number, zone: Zone): View {
  return { from: zone.startOf(unit, at), to: zone.next(unit, at) };
}

/** The unit that is seen exactly, if it is one. */
export function unitOf({ from, to }: View, zone: Zone): Unit | null {
  const units: readonly Unit[] = ['day', 'week', 'month', 'year'];
  return units.find((unit) => zone.startOf(unit, from) === from && zone.next(unit, from) === to) ?? null;
}

/** Where an instant lies, px from the left edge. */
export function xOf(at: number, { from, to }: View, width: number): number {
  return ((at - from) / (to - from)) * width;
}

/** The instant at a place, whole ms. */
export function atX(x: number, { from, to }: View, width: number): number {
  return Math.round(from + (x / width) * (to - from));
}

/** Nearer (`factor` < 1) or farther, so that `anchor` stays where it is. */
export function zoomed(view: View, factor: number, anchor: number): View {
  const span = view.to - view.from;
  const wished = Math.min(FARTHEST_MS, Math.max(NEAREST_MS, span * factor));
  const share = Math.min(1, Math.max(0, (anchor - view.from) / span));
  const from = Math.round(anchor - share * wished);
  return { from, to: from + Math.round(wished) };
}

/** Earlier (negative) or later by whole units if one is seen exactly, else by the share of what is seen. */
export function turned(view: View, direction: -1 | 1, zone: Zone): View {
  const unit = unitOf(view, zone);
  if (unit !== null) return viewOf(unit, zone.next(unit, view.from, direction), zone);
  return shifted(view, direction * 0.5);
}

/** Moves by a share of what is seen. */
export function shifted({ from, to }: View, share: number): View {
  const by = Math.round((to - from) * share);
  return { from: from + by, to: to + by };
}

/** The same span, moved just so far that `at` is seen, with a little room beside it. */
export function including(view: View, at: number): View {
  if (at >= view.from && at <= view.to) return view;
  const span = view.to - view.from;
  const from = Math.round(at < view.from ? at - span * 0.1 : at - span * 0.9);
  return { from, to: from + span };
}
