import type { AgentState, StatusPreview } from '#contract';
import { listed, t } from '../i18n/index.js';

/** What a click would do to the boxes, in a sentence; `text` null: nothing. `serious`: a box would go offline. Null: not known. */
export function effectOf(status: AgentState['status'], changes: StatusPreview['changes'] | undefined): { text: string | null; serious: boolean } | null {
  if (changes === undefined) return null;
  const named = changes.filter(({ to }) => to === status);
  // The groups say more than the site they are on; a site without groups speaks for itself.
  const groups = named.filter(({ scope }) => scope === 'group');
  const names = listed((groups.length > 0 ? groups : named).map(({ name }) => name));
  if (named.length === 0) return { text: null, serious: false };
  const words = t().preview;
  if (status === 'offline') return { text: words.last(names), serious: true };
  return { text: status === 'busy' ? words.busy(names) : words.online(names), serious: false };
}
