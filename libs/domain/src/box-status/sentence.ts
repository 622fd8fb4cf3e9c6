import type { Instant, Status } from '../agent-presence/status.js';
import { localTimeAt } from '../opening-hours/index.js';
import type { AgentReason, Explanation, HeldOpen, Reason } from './explain.js';
import { type Language, WORDS, type Words } from './sentence-words.js';

/** Whom the sentence is for, and what it needs to know beside the tree. */
export interface Telling {
  readonly language: Language;
  /** In which clocks are read: the site's. */
  readonly timeZone: string;
  /** The instant the answer is about: what lies on another day is told with its date. */
  readonly at: Instant;
  /** Name of an agent or group as people know it. */
  nameOf(id: string): string;
}

/** Named persons in a sentence; the rest is counted. */
const NAMED = 3;

/** Why a box shows what it shows, and what would open it or how long it stays open, as a person would say it (behaviour 4, case 57). */
export function sentenceOf(explained: Explanation, telling: Telling): string {
  const words = WORDS[telling.language];
  const notes = explained.reasons.flatMap((reason) => noteOn(reason, words));
  const parts = explained.status === 'offline' ? closed(explained, telling, words) : open(explained, telling, words);
  return [...parts, ...notes].join(' ');
}

function closed({ reasons, wouldOpen }: Explanation, telling: Telling, words: Words): string[] {
  const deciding = decidingOf(reasons);
  switch (deciding?.rule) {
    case 'group-disabled':
      return [words.groupDisabled(telling.nameOf(deciding.groupId)), words.enableGroup];
    case 'site-mode':
      return [words.forcedOffline + detail([deciding.reason, deciding.until && words.until(timeOf(deciding.until, telling))]), words.changeMode];
    case 'hours':
      return [
        words.closedBy[deciding.because.rule](deciding.because.label),
        deciding.nextTurn === null ? words.noOpening : words.opensAgain(timeOf(deciding.nextTurn, telling)),
      ];
    default: {
      const agentId = wouldOpen && 'agentId' in wouldOpen ? wouldOpen.agentId : undefined;
      const agent = deciding?.rule === 'agents' ? deciding.agents.find((one) => one.agentId === agentId) : undefined;
      const name = agentId === undefined ? '' : telling.nameOf(agentId);
      const opens = wouldOpen && words.opens[wouldOpen.change]?.(name);
      return [words.nobody, ...(agent ? absence(agent, name, telling, words) : []), ...(opens === undefined ? [] : [opens])];
    }
  }
}

/** Why the agent who is nearest to being there is not. */
function absence({ lastSession }: AgentReason, name: string, telling: Telling, words: Words): string[] {
  if (!lastSession) return [];
  const at = timeOf(lastSession.endedAt, telling);
  if (lastSession.cause !== 'lease-ended') return [words.sessionEnded(name, at)];
  return [lastSession.signedOut ? words.leaseEndedAfterSignOut(name, at) : words.leaseEnded(name, at)];
}

function open({ status, reasons, heldOpen }: Explanation, telling: Telling, words: Words): string[] {
  const until = heldOpen?.until ? [words.openUntil(timeOf(heldOpen.until, telling))] : [];
  if (!heldOpen || heldOpen.by === 'agents') return [byAgents(status, heldOpen, telling, words), ...until];
  const forced = reasons.some((reason) => reason.rule === 'site-mode' && reason.decides && reason.mode === 'force-online');
  return [forced ? words.forcedOnline : words.byHours, ...until];
}

function byAgents(status: Status, held: HeldOpen | undefined, { nameOf }: Telling, words: Words): string {
  const { agentIds = [], omitted = 0, unattended = false } = held ?? {};
  const named = agentIds.slice(0, NAMED).map(nameOf);
  const others = agentIds.length - named.length + omitted;
  const who = words.list(named, others);
  const many = named.length + others > 1;
  if (unattended) return words.unattended(who, many);
  return status === 'busy' ? words.busy(who, many) : words.online(who, many);
}

/** What else a reader may be looking for: groups and hours that the plan has not, a group that there is not. */
function noteOn(reason: Reason, words: Words): string[] {
  if (reason.rule === 'plan') return [words.inactive[reason.inactive](reason.plan)];
  return reason.rule === 'unknown-group' ? [words.unknownGroup] : [];
}

function decidingOf(reasons: readonly Reason[]): Reason | undefined {
  return reasons.find(({ decides, rule }) => decides && rule !== 'plan' && rule !== 'unknown-group');
}

function detail(parts: readonly (string | undefined)[]): string {
  const told = parts.filter((part) => part !== undefined && part !== '');
  return told.length === 0 ? '.' : ` (${told.join(', ')}).`;
}

/** The wall clock's reading at an instant: with seconds where there are some, with the date where it is another day. */
function timeOf(rfc3339: string, { language, timeZone, at }: Telling): string {
  const wall = new Date(localTimeAt(timeZone, Date.parse(rfc3339))).toISOString();
  const clock = wall.slice(11, wall.slice(17, 19) === '00' ? 16 : 19);
  const today = new Date(localTimeAt(timeZone, at)).toISOString();
  return wall.slice(0, 10) === today.slice(0, 10) ? clock : WORDS[language].onDay(wall.slice(0, 10), clock);
}
