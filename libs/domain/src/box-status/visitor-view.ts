import type { Instant, Status } from '../agent-presence/status.js';
import { isOpenAt, knownUntil, type Opening, openingFor, type Turn } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import type { Site } from '../tenant-settings/site.js';
import { heedsHours, modeAt } from '../tenant-settings/site-mode.js';
import { agentsToCome } from './next-change.js';
import { groupExists, type Next, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** What everybody sees of a box at an instant. */
export interface SeenByAll {
  readonly status: Status;
  readonly since: Instant;
}

/** What a visitor in a conversation sees instead; `held`: closing time is past, and the box is open for this visitor only. */
export interface SeenByVisitor {
  readonly status: Status;
  readonly next: Next | null;
  readonly held: boolean;
}

/**
 * What a visitor with an open conversation sees of a box (behaviour D17): the opening hours end later for this visitor, by the tenant's
 * hold at most, everything else decides as for everybody. So agents who leave by hand, a forced mode or a disabled group close it at once.
 * Null: what everybody sees. That is so for a conversation that began when the box was closed already: it keeps nothing open.
 *
 * @param all       what everybody sees at `now`; an offline box closed when it went offline
 * @param openedAt  when the conversation began
 */
export function seenByVisitor(
  boxes: TenantBoxes,
  site: Site,
  groupId: string | null,
  all: SeenByAll,
  openedAt: Instant,
  now: Instant,
): SeenByVisitor | null {
  const { conversationHoldMinutes } = boxes.tenant;
  const { groups, hours } = entitlementsOf(boxes.tenant);
  const group = groupId !== null && groupExists(boxes, groupId) && groups ? groupId : null;
  const opening = hours ? openingFor(site.openings, group) : undefined;
  if (!opening || !heedsHours(modeAt(site, now))) return null;
  const holdMs = conversationHoldMinutes * 60_000;
  const closed = !isOpenAt(opening, now);
  const closedAt = closed && all.status === 'offline' && openedAt < all.since ? all.since : null;
  if (closed && (closedAt === null || now >= closedAt + holdMs)) return null;
  const key = group !== null && site.openings?.[group] ? group : '';
  const longer = { ...site, openings: { ...site.openings, [key]: prolonged(opening, closedAt, holdMs, now) } };
  const steps = agentsToCome(boxes);
  const statusThen = (at: Instant): Status => statusOf(boxes, longer, group, steps.findLast((step) => step.at <= at)?.tallies, at);
  const status = closed ? statusThen(now) : all.status;
  // Agents who left by hand: the box is offline for everybody, and the next change is everybody's too.
  if (closed && status === 'offline') return null;
  const instants = [
    ...[...steps, ...(longer.openings[key]?.upcoming ?? [])].map(({ at }) => at),
    ...[site.mode?.timer?.until].filter((at) => at !== undefined),
  ].filter((at) => at > now);
  let next: Next | null = null;
  for (const at of instants.sort((a, b) => a - b)) {
    if (at > knownUntil(opening) && heedsHours(modeAt(site, at))) break;
    const then = statusThen(at);
    if (then === status) continue;
    next = { at, status: then };
    break;
  }
  return { status, next, held: closed };
}

/** The opening as it stands for a visitor in a conversation: each closing comes later; one that is over by then does not come at all. */
function prolonged(opening: Opening, closedAt: Instant | null, holdMs: number, now: Instant): Opening {
  const turns = opening.upcoming.filter(({ at }) => at > now);
  const known: Turn[] = closedAt === null ? turns : [{ at: closedAt, open: false }, ...turns];
  const upcoming: Turn[] = [];
  known.forEach((turn, i) => {
    if (turn.open) {
      // A closing that was skipped needs no opening after it.
      if (upcoming.at(-1)?.open === false) upcoming.push(turn);
      return;
    }
    const reopens = known.slice(i + 1).find(({ open }) => open)?.at ?? Infinity;
    if (turn.at + holdMs < reopens) upcoming.push({ at: turn.at + holdMs, open: false });
  });
  return { ...opening, open: true, upcoming };
}
