import type { OwnBox } from '#contract';
import { t } from '../i18n/index.js';
import { here } from '../session/server-time.js';

/** Why a box shows what it shows, in a plain sentence (behaviour 4). */
export function whyOf(box: OwnBox): string {
  const words = t().why;
  const { why } = box;
  switch (why.rule) {
    case 'group-disabled':
      return words.disabled;
    case 'site-mode':
      return [modeSentence(why), why.text ? `„${why.text}“` : '', why.until ? words.until(here(why.until)) : ''].filter(Boolean).join(' ');
    case 'hours':
      return why.open ? words.inside : closedSentence(why);
    case 'agents':
      return agentsSentence(box);
  }
}

function modeSentence({ mode }: OwnBox['why']): string {
  const words = t().why;
  if (mode === 'force-offline') return words.forcedOffline;
  return mode === 'force-online' ? words.forcedOnline : words.hoursOnly;
}

function closedSentence({ because, label }: OwnBox['why']): string {
  const words = t().why;
  switch (because) {
    case 'closed-permanently':
      return words.permanently;
    case 'exception':
      return words.exception(label ?? words.anException);
    case 'holiday':
      return words.holiday(label ?? words.aHoliday);
    default:
      return words.outside;
  }
}

function agentsSentence({ status, counted, mine }: OwnBox): string {
  const words = t().why;
  const { you, othersOnline, othersBusy } = counted;
  if (status === 'online') {
    if (you !== 'online') return words.othersOnline(othersOnline);
    return othersOnline > 0 ? words.youAndOthers(othersOnline) : words.youOnline;
  }
  if (status === 'busy') return you === 'busy' ? words.youBusy : words.othersBusy(othersBusy);
  return mine ? words.nobodyButYou : words.nobody;
}
