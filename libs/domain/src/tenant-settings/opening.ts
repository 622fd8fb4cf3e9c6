import type { Instant } from '../agent-presence/status.js';

/** Which layer of the opening hours decides (behaviour D6), in the order of precedence. */
export type HoursRule = 'closed-permanently' | 'exception' | 'holiday' | 'weekly';

/** Why a scope is open or closed at present: the layer, whose it is, and the label of the day ("Christmas Day"). */
export interface OpeningCause {
  readonly rule: HoursRule;
  readonly of: 'site' | 'group';
  readonly label?: string;
}

/**
 * How the opening hours of a site, or of a group on it, stand: a result that an event carries, so that a fold needs no time zone data and
 * a change of that data changes no past answer (architecture 6).
 */
export interface Opening {
  readonly open: boolean;
  readonly because: OpeningCause;
  /** The next turns, ascending; fewer than `KNOWN_TURNS` means that nothing follows the last one. */
  readonly upcoming: readonly Turn[];
}

/** From `at` on open, or closed. */
export interface Turn {
  readonly at: Instant;
  readonly open: boolean;
}

/** Turns that an event tells beforehand: enough to look past a lunch break to the next change that a visitor sees. */
export const KNOWN_TURNS = 3;

/** An opening as events tell it: of the site itself (`groupId` null) or of a group on it; times in RFC 3339. */
export interface ToldOpening {
  readonly groupId: string | null;
  readonly open: boolean;
  readonly because: OpeningCause;
  readonly upcoming: readonly ToldTurn[];
}

export interface ToldTurn {
  readonly at: string;
  readonly open: boolean;
}

/** Openings of a site by scope: `''` is the site itself, a group without an entry follows the site. */
export type Openings = Readonly<Record<string, Opening>>;

export function openingsOf(told: readonly ToldOpening[]): Openings {
  return Object.fromEntries(told.map(({ groupId, ...opening }) => [groupId ?? '', openingOf(opening)]));
}

export function openingOf({ open, because, upcoming }: Omit<ToldOpening, 'groupId'>): Opening {
  return { open, because, upcoming: upcoming.map((turn) => ({ at: Date.parse(turn.at), open: turn.open })) };
}

/** The opening that applies to a scope of the site: the group's own, else the site's; undefined: no hours, always open. */
export function openingFor(openings: Openings | undefined, groupId: string | null): Opening | undefined {
  return (groupId === null ? undefined : openings?.[groupId]) ?? openings?.[''];
}

/** Open at an instant, as far as the turns told beforehand say; before all of them it is how it stands now. */
export function isOpenAt(opening: Opening | undefined, at: Instant): boolean {
  if (!opening) return true;
  return opening.upcoming.findLast((turn) => turn.at <= at)?.open ?? opening.open;
}

/** Until when the turns told beforehand are all that will happen: the last of them, or for ever. */
export function knownUntil(opening: Opening | undefined): Instant {
  if (!opening || opening.upcoming.length < KNOWN_TURNS) return Infinity;
  return opening.upcoming.at(-1)?.at ?? Infinity;
}
