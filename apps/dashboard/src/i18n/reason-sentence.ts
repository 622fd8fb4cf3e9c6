import type { SiteStatus } from '#contract';
import { reasonWords } from './reason-words.js';

/** A reason as the API gives it, as far as it is told in words (case 57). */
interface Reason {
  readonly rule: string;
  readonly decides: boolean;
  readonly mode?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly open?: boolean;
  readonly because?: { readonly rule: string; readonly label?: string };
  readonly outcome?: string;
  readonly inactive?: string;
  readonly omitted?: number;
  readonly agents?: readonly { readonly agentId: string; readonly effectiveStatus: string }[];
}

/** Of many the first few are named. */
const NAMED = 3;

/** Why, in plain sentences: the rule that decided, and whose word it took. `nameOf`: names of agents by id; '' if not known. */
export function reasonSentence({ reasons }: Pick<SiteStatus, 'reasons'>, nameOf: (agentId: string) => string): string {
  const all = reasons as unknown as readonly Reason[];
  const words = reasonWords();
  const notes = all.flatMap((reason) => {
    if (reason.rule === 'unknown-group') return [words.unknownGroup];
    if (reason.rule === 'plan') return [reason.inactive === 'groups' ? words.planGroups : words.planHours];
    return reason.rule === 'site-mode' && reason.mode === 'agents' ? [words.agentsOnly] : [];
  });
  const decided = all.find(({ rule, decides }) => decides && rule !== 'unknown-group' && rule !== 'plan') ?? all.find(({ decides }) => decides);
  const within = decided?.rule === 'agents' ? all.filter(({ rule, open }) => rule === 'hours' && open === true).map(hours) : [];
  return [decided === undefined ? '' : sentence(decided, nameOf), ...within, ...notes].filter((one, place, list) => one !== '' && list.indexOf(one) === place).join(' ');
}

function sentence(reason: Reason, nameOf: (agentId: string) => string): string {
  const words = reasonWords();
  switch (reason.rule) {
    case 'group-disabled':
      return words.groupDisabled;
    case 'site-mode':
      return mode(reason);
    case 'hours':
      return hours(reason);
    case 'agents':
      return agents(reason, nameOf);
    default:
      return '';
  }
}

function mode({ mode: name, until, reason }: Reason): string {
  const words = reasonWords();
  const first = { 'force-offline': words.forcedOffline, 'force-online': words.forcedOnline, hours: words.noHours }[name ?? ''] ?? words.hoursOnly;
  return [first, reason === undefined ? '' : words.said(reason), until === undefined ? '' : words.until(Date.parse(until))].filter(Boolean).join(' ');
}

function hours({ open, because }: Reason): string {
  const words = reasonWords();
  switch (because?.rule) {
    case 'closed-permanently':
      return words.permanently;
    case 'exception':
      return (open ? words.special : words.specialClosed)(because.label ?? words.unnamed);
    case 'holiday':
      return words.holiday(because.label ?? words.aHoliday);
    default:
      return open ? words.inside : words.outside;
  }
}

function agents({ outcome, agents: counted = [], omitted = 0 }: Reason, nameOf: (agentId: string) => string): string {
  const words = reasonWords();
  const those = counted.filter(({ effectiveStatus }) => effectiveStatus === outcome);
  const names = those.slice(0, NAMED).map(({ agentId }) => nameOf(agentId)).filter((name) => name !== '');
  const others = those.length - names.length + (those.length === counted.length ? omitted : 0);
  if (outcome === 'online') return words.online(names, others);
  return outcome === 'busy' ? words.busy(names, others) : words.nobody;
}
