import { DAY_MINUTES } from './wall-time.js';
import { moved, type Week, withStretch, withTimes } from './week.js';

/** Minutes that the pointer snaps to. */
const SNAP = 15;
/** Shorter than this nobody draws on purpose; minutes. */
const SHORTEST = 15;

/** A place on the grid: the column, and minutes since its midnight. */
export interface Spot {
  readonly day: number;
  readonly minute: number;
}

/** What the pointer has taken hold of. */
export type Hold =
  | { readonly kind: 'draw' }
  | { readonly kind: 'move' | 'start' | 'end'; readonly id: string };

/** The week while, and after, the pointer is dragged from one spot to another; `id`: the stretch that is dragged. */
export function dragged(week: Week, hold: Hold, from: Spot, to: Spot): { readonly week: Week; readonly id: string } {
  if (hold.kind === 'draw') return drawn(week, from, to);
  const stretch = week.find(({ id }) => id === hold.id);
  if (!stretch) return { week, id: hold.id };
  const { id, day, opens, closes } = stretch;
  switch (hold.kind) {
    case 'move':
      return { week: moved(week, id, { days: to.day - from.day, minutes: snapped(to.minute - from.minute) }), id };
    case 'start':
      return { week: withTimes(week, id, Math.min(snapped(to.minute), DAY_MINUTES - SNAP), closes), id };
    case 'end': {
      // Into the column of the next day is over midnight; the end of a night that is taken hold of there stays there.
      const column = to.day === day ? 0 : to.day === (day + 1) % 7 ? DAY_MINUTES : null;
      return { week: column === null ? week : withTimes(week, id, opens, Math.max(opens + SHORTEST, column + snapped(to.minute))), id };
    }
  }
}

function drawn(week: Week, from: Spot, to: Spot): { readonly week: Week; readonly id: string } {
  const [first, last] = to.minute < from.minute ? [to.minute, from.minute] : [from.minute, to.minute];
  const opens = Math.min(Math.floor(first / SNAP) * SNAP, DAY_MINUTES - SHORTEST);
  const closes = Math.max(opens + SHORTEST, Math.min(DAY_MINUTES, Math.ceil(last / SNAP) * SNAP));
  return withStretch(week, { day: from.day, opens, closes });
}

export function snapped(minute: number): number {
  return Math.round(minute / SNAP) * SNAP;
}
