import { type Tick, ticksOf } from './ticks.js';
import { tickLabel } from './times.js';
import { type View, xOf } from './view.js';
import type { Zone } from '../i18n/zone.js';

export interface LabelledTick extends Tick {
  readonly x: number;
  /** Null: there is no room for it. */
  readonly label: string | null;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** Of the small letters of the axis, px; majors are bold. */
const LETTER = 6.4;
const BOLD_LETTER = 7.2;
const ROOM = 8;
/** Labels nearer to an edge stay inside. px */
const EDGE = 22;

/** The marks of the axis with their labels; where two would touch, the greater boundary has one, else the earlier. */
export function labelledTicks(view: View, width: number, zone: Zone, apart: number): readonly LabelledTick[] {
  const all = ticksOf(view, width, zone, apart).map((tick) => {
    const x = xOf(tick.at, view, width);
    const anchor = x < EDGE ? ('start' as const) : x > width - EDGE ? ('end' as const) : ('middle' as const);
    const label = tickLabel(tick.at, tick.grain, zone);
    const long = label.length * (tick.major ? BOLD_LETTER : LETTER);
    const from = anchor === 'start' ? x : anchor === 'end' ? x - long : x - long / 2;
    return { ...tick, x, anchor, label, from, to: from + long };
  });
  const taken: { readonly from: number; readonly to: number }[] = [];
  const kept = new Set<number>();
  for (const tick of [...all.filter(({ major }) => major), ...all.filter(({ major }) => !major)]) {
    if (taken.some(({ from, to }) => tick.from < to + ROOM && tick.to > from - ROOM)) continue;
    taken.push(tick);
    kept.add(tick.at);
  }
  return all.map(({ at, grain, major, x, anchor, label }) => ({ at, grain, major, x, anchor, label: kept.has(at) ? label : null }));
}
