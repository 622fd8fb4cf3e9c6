import type { Status } from '../agent-presence/status.js';
import { copyTenantBoxes, groupExists, type TenantBoxes } from '../box-status/tenant-boxes.js';
import { type OpeningCause, openingFor } from '../tenant-settings/opening.js';
import { entitlementsOf } from '../tenant-settings/plan.js';
import { heedsHours, modeOf } from '../tenant-settings/site-mode.js';
import type { LoggedFact } from './effect-order.js';
import { type BoxSubject, causeOf, PastFold, type TurnCause } from './past-fold.js';
import { Attendance, type BoxStanding, boxStanding } from './standing.js';

/** The rule that decides about a box; `opening`: by which of the opening hours. */
export interface DecidingRule {
  readonly rule: 'group-disabled' | 'site-mode' | 'hours' | 'agents';
  readonly opening?: OpeningCause;
}

/** How a box stands for some time, by which rule, and with which fact it came to stand so; null: it is not there. */
export interface BoxTime {
  readonly standing: BoxStanding;
  readonly by: DecidingRule;
  readonly cause: TurnCause;
}

/** What visitors see of a box that stands so. */
export function statusSeen(standing: BoxStanding): Status {
  if (standing === 'busy') return 'busy';
  return standing === 'online' || standing === 'unattended' ? 'online' : 'offline';
}

/** One box on its way through the facts: how it stands after each. */
export class BoxLane {
  private readonly attendance = new Attendance();

  constructor(
    private readonly of: BoxSubject,
    readonly fold = new PastFold(),
    private time: BoxTime | null = null,
  ) {
    this.attendance.recount(fold.boxes);
  }

  /** A box as it stands at an instant, brought about by a fact of before. Keeps `boxes`, and of their sites its own. */
  static at(of: BoxSubject, boxes: TenantBoxes, cause: TurnCause): BoxLane {
    const own = boxes.sites.get(of.siteId);
    const lane = new BoxLane(of, new PastFold({ ...boxes, sites: new Map(own ? [[of.siteId, own]] : []) }));
    lane.stand(cause);
    return lane;
  }

  get stands(): BoxTime | null {
    return this.time;
  }

  /** The same from here on by itself. */
  copy(): BoxLane {
    return new BoxLane(this.of, new PastFold(copyTenantBoxes(this.fold.boxes)), this.time);
  }

  take(fact: LoggedFact): void {
    const { boxes } = this.fold;
    const { agentId, groupId, siteId, conversationId } = fact.data as Record<'agentId' | 'groupId' | 'siteId' | 'conversationId', string | undefined>;
    if (conversationId !== undefined || (siteId !== undefined && siteId !== this.of.siteId)) return;
    const was = agentId === undefined ? undefined : boxes.agents.get(agentId);
    this.fold.apply(fact);
    if (agentId !== undefined) this.attendance.agentChanged(boxes, was, boxes.agents.get(agentId));
    else if (siteId === undefined && typeof groupId === 'string') this.attendance.recount(boxes);
    this.stand(causeOf(fact));
  }

  private stand(cause: TurnCause): void {
    const { boxes } = this.fold;
    const site = boxes.sites.get(this.of.siteId)?.site;
    const standing = site ? boxStanding(boxes, site, this.of.groupId, this.attendance) : null;
    if (standing === (this.time?.standing ?? null)) return;
    this.time = standing === null ? null : { standing, by: this.decidedBy(), cause };
  }

  /** behaviour D6, D7: disabled group > site mode > opening hours > agents. */
  private decidedBy(): DecidingRule {
    const { boxes } = this.fold;
    const site = boxes.sites.get(this.of.siteId)?.site;
    const { groups, hours } = entitlementsOf(boxes.tenant);
    const scope = groups && this.of.groupId !== null && groupExists(boxes, this.of.groupId) ? this.of.groupId : null;
    if (!site) return { rule: 'agents' };
    if (scope !== null && boxes.groups.get(scope)?.enabled === false) return { rule: 'group-disabled' };
    const { mode } = modeOf(site);
    if (mode === 'force-online' || mode === 'force-offline') return { rule: 'site-mode' };
    const opening = hours && heedsHours(mode) ? openingFor(site.openings, scope) : undefined;
    if (opening?.open === false) return { rule: 'hours', opening: opening.because };
    if (mode !== 'hours') return { rule: 'agents' };
    return { rule: 'hours', ...(opening ? { opening: opening.because } : {}) };
  }
}
