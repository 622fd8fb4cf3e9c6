import type { HistoryPage } from '#contract';
import { adminRead } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import { queryOf, type Subject } from './subject.js';

/** When the history of something begins, as far back as the plan shows it; null: not known yet. ms since epoch */
export function useBirth(subject: Subject): number | null {
  const query = queryOf(subject);
  const first = usePolled(() => adminRead<HistoryPage>(`/history?${query}&as=actual&limit=1`), Infinity, query);
  const from = first.value?.intervals[0]?.from;
  return from === undefined ? null : Date.parse(from);
}
