import type { Agent } from '../agent-presence/agent.js';
import type { Instant, Status } from '../agent-presence/status.js';
import { nextTransition, openingAt, type Schedule, stateAt } from '../opening-hours/index.js';
import type { Opening } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import { type HoursOfSite, scheduleFor } from '../tenant-settings/settle-openings.js';
import type { Site } from '../tenant-settings/site.js';
import { heedsHours, modeAt, modeOf } from '../tenant-settings/site-mode.js';
import { type Explanation, explainBox } from './explain.js';
import { agentsToCome, type AgentsThen, nextChanges } from './next-change.js';
import { emptyTallies } from './tallies.js';
import { groupExists, type Next, recount, SITE_ITSELF, statusOf, type TenantBoxes } from './tenant-boxes.js';

/** What a box will show at an instant to come, by what is known now. */
export interface Simulated extends Explanation {
  /** From when on it will show that; if nothing known changes it until then, since when it does. */
  readonly since: Instant;
  /** The first known change after the instant. */
  readonly next: Next | null;
}

const DAY_MS = 86_400_000;

/**
 * What a box will show at an instant to come, and why (behaviour 4, the simulator): the hours, the timers and the modes as they will be
 * then, the agents as they are now. An unknown group, or one that the plan has not, answers as the site, as everywhere.
 *
 * @param hours as they hold now, holidays written out as far as `at` needs them
 * @param now   when `boxes` were read; `at` is not before it
 */
export function simulateBox(boxes: TenantBoxes, site: Site, groupId: string | null, hours: HoursOfSite, now: Instant, at: Instant): Simulated {
  const scope = groupId !== null && groupExists(boxes, groupId) && entitlementsOf(boxes.tenant).groups ? groupId : null;
  const schedule = scheduleFor(hours, site.timeZone, scope);
  const agents = agentsToCome(boxes);
  const then = boxesAt(boxes, at);
  const siteThen = siteAt(site, at, schedule && openingAt(schedule, at));
  const explained = explainBox(then, siteThen, groupId);
  const { status } = explained;
  const statusAt = (instant: Instant): Status =>
    statusOf(boxes, siteAt(site, instant, opensAt(schedule, instant)), scope, agents.findLast((step) => step.at <= instant)?.tallies);
  const id = scope ?? SITE_ITSELF;
  const known = nextChanges(then, siteThen, [{ id, status }], agents.filter((step) => step.at > at));
  const box = boxes.sites.get(site.siteId)?.boxes.get(id);
  const unchanged = box?.status === status ? box.since : now;
  return { ...explained, since: turnedAt(statusAt, changesBefore(site, schedule, agents, now, at)) ?? unchanged, next: known.get(id) ?? null };
}

/** The agents as they are now, but for the statuses for a while that are over by then. */
export function boxesAt(boxes: TenantBoxes, at: Instant): TenantBoxes {
  const agents = new Map(boxes.agents);
  for (const agentId of boxes.timed) {
    const agent = agents.get(agentId);
    if (agent?.intent.timer && agent.intent.timer.until <= at) agents.set(agentId, restored(agent));
  }
  const then: TenantBoxes = { ...boxes, agents, sites: new Map(boxes.sites), tallies: emptyTallies(), timed: new Set() };
  recount(then);
  return then;
}

function restored(agent: Agent): Agent {
  const { timer, ...intent } = agent.intent;
  return { ...agent, intent: { ...intent, status: timer?.restores ?? intent.status } };
}

/** The site in the mode of that instant, with one opening for whichever scope is asked for. */
function siteAt({ openings: _now, ...site }: Site, at: Instant, opening: Opening | undefined): Site {
  const { timer } = modeOf(site);
  const mode = timer && timer.until <= at ? { mode: { mode: modeAt(site, at) } } : {};
  return { ...site, ...mode, ...(opening ? { openings: { [SITE_ITSELF]: opening } } : {}) };
}

function opensAt(schedule: Schedule | undefined, at: Instant): Opening | undefined {
  if (!schedule) return undefined;
  const { open, reason: because } = stateAt(schedule, at);
  return { open, because, upcoming: [] };
}

/** When the status that holds in the end began: the last of the instants, descending, before which it was another. */
function turnedAt(statusAt: (at: Instant) => Status, descending: Iterable<Instant>): Instant | undefined {
  let is: Status | undefined;
  for (const at of descending) {
    is ??= statusAt(at);
    if (statusAt(at - 1) !== is) return at;
  }
  return undefined;
}

/** What may turn a box in (now, at], the last first; looked for in ever wider steps back, because it mostly is near. */
function* changesBefore(site: Site, schedule: Schedule | undefined, agents: readonly AgentsThen[], now: Instant, at: Instant): Generator<Instant> {
  const { mode, timer } = modeOf(site);
  const heeds = heedsHours(mode) || (timer !== undefined && heedsHours(timer.restores));
  const timers = [...agents.map((step) => step.at), ...(timer ? [timer.until] : [])];
  let to = at;
  for (let step = DAY_MS; to > now; step *= 2) {
    const from = Math.max(now, to - step);
    const found = timers.filter((instant) => from < instant && instant <= to);
    let turn = schedule && heeds ? nextTransition(schedule, from) : null;
    for (; schedule && turn && turn.at <= to; turn = nextTransition(schedule, turn.at)) found.push(turn.at);
    yield* found.sort((a, b) => b - a);
    to = from;
  }
}
