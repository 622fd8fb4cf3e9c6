import type { Availability } from '#contract';
import { adminRead } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import type { Mark } from './chart.js';
import { gapsOf } from './gaps.js';
import type { Subject } from './subject.js';
import type { View } from './view.js';

const DAY_MS = 86_400_000;
/** A report is at most so long (the API's limit). ms */
const LONGEST_MS = 400 * DAY_MS;
/** An alert of now is seen soon. ms */
const EVERY_MS = 30_000;
const NONE: readonly Mark[] = [];

/**
 * When everybody had left although the box was meant to be open (behaviour case 56), within what is seen; of boxes, and of whole days, so that a
 * zoom asks nothing.
 */
export function useGaps(subject: Subject, view: View, now: number): readonly Mark[] {
  const from = Math.floor(view.from / DAY_MS) * DAY_MS;
  const to = Math.ceil(view.to / DAY_MS) * DAY_MS;
  const asked = subject.kind !== 'agent' && from < now && to - from <= LONGEST_MS;
  const query = new URLSearchParams({ siteId: subject.siteId, from: new Date(from).toISOString(), to: new Date(to).toISOString(), by: 'week' });
  const load = () => (asked ? adminRead<Availability>(`/reports/availability?${query}`) : Promise.resolve({ kind: 'over' as const }));
  const report = usePolled(load, to > now ? EVERY_MS : Infinity, asked ? String(query) : '');
  return asked && report.value !== null ? gapsOf(report.value, subject, now) : NONE;
}
