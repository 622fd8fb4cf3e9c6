import { NEAREST_MS, type View } from './view.js';

/** Before the first instant, and after the last one, where time goes on; as a share of what lies between. */
const BEFORE = 0.06;
const AFTER = 0.25;
/** A life shorter than this share of a day is shown whole when the page is opened: in a day it were a sliver. */
const SLIVER = 0.3;
const DAY_MS = 86_400_000;

/** The whole life of something, with a little room on both sides. */
export function wholeLife(born: number, now: number): View {
  const room = (share: number): number => Math.max(NEAREST_MS / 2, (now - born) * share);
  return { from: Math.round(born - room(BEFORE)), to: Math.round(now + room(AFTER)) };
}

/** What is seen first: all there is of something young, else null. */
export function firstView(born: number, now: number): View | null {
  return now - born < DAY_MS * SLIVER ? wholeLife(born, now) : null;
}
