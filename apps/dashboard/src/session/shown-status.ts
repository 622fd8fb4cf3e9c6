import type { AgentState } from '#contract';
import { view } from './present.js';

/** The own status as it may be shown: never one that is not known. */
export function shownStatus(): AgentState['status'] | 'unknown' {
  const { value } = view;
  return value?.kind === 'known' ? value.state.status : 'unknown';
}
