import { moved, type Stretch, type Week, withTimes } from './week.js';

/** Minutes that a key moves by. */
const STEP = 15;

/** What a key does to a block of the grid: the week after it, or a wish that the grid fulfils; null: the key is not ours. */
export type KeyWish = { readonly week: Week } | 'open' | 'remove' | null;

/** Arrows move, Shift moves the end, Alt the beginning; Enter opens, Delete removes. */
export function wishOfKey(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>, week: Week, stretch: Stretch): KeyWish {
  const { key, shiftKey, altKey } = event;
  if (event.ctrlKey || event.metaKey) return null;
  if (key === 'Enter' || key === ' ') return 'open';
  if (key === 'Delete' || key === 'Backspace') return 'remove';
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    return shiftKey || altKey ? null : { week: moved(week, stretch.id, { days: key === 'ArrowLeft' ? -1 : 1 }) };
  }
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const by = key === 'ArrowUp' ? -STEP : STEP;
  const { id, opens, closes } = stretch;
  if (shiftKey) return { week: withTimes(week, id, opens, closes + by) };
  if (altKey) return { week: withTimes(week, id, opens + by, closes) };
  return { week: moved(week, id, { minutes: by }) };
}
