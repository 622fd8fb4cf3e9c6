import type { Instant } from '../agent-presence/status.js';
import type { TenantBoxes } from '../box-status/tenant-boxes.js';
import { modeOf, type SiteMode } from '../tenant-settings/index.js';
import type { LoggedFact } from './effect-order.js';
import type { BoxSubject } from './past-fold.js';
import { type SupposedHours, SupposedOpenings } from './supposed-openings.js';

/** What is supposed to have been otherwise, from the beginning of the range on; what is not named was as it was. */
export interface Supposition {
  readonly hours?: SupposedHours | undefined;
  readonly mode?: SiteMode | undefined;
  /** Of the group whose box is asked for. */
  readonly groupEnabled?: boolean | undefined;
  /** Who would have been in which groups, whatever was assigned meanwhile. */
  readonly agentGroups?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Who "did" what is only supposed. */
export const SUPPOSED_BY = { kind: 'system', id: 'what-if' } as const;

/**
 * The log as it would have been: takes a tenant's facts in the order in which they became true, and gives what would have been told in
 * their place. People did what they did; only what is supposed is laid over it. Facts of the past before the range are as they were.
 */
export class SupposedFacts {
  private readonly openings: SupposedOpenings | null;
  private begun = false;

  constructor(
    private readonly of: BoxSubject,
    private readonly supposed: Supposition,
    private readonly range: { readonly from: Instant; readonly to: Instant },
  ) {
    const { site, group } = supposed.hours ?? {};
    this.openings = site === undefined && group === undefined ? null : new SupposedOpenings(of, { site, group }, range);
  }

  /** A fact of before the range: hours may follow from it. */
  keepInMind(fact: LoggedFact): void {
    this.openings?.take(fact);
  }

  /** What would have been told up to an instant without any new fact: the supposition itself, turns of its hours. `real`: as things stand. */
  upTo(at: Instant, real: TenantBoxes): LoggedFact[] {
    const facts: LoggedFact[] = [];
    if (!this.begun && at >= this.range.from) {
      this.begun = true;
      facts.push(...this.begin(real));
    }
    const { openings } = this;
    while (this.begun && openings && openings.nextDue <= at) facts.push(...this.tell(openings, openings.nextDue, real));
    return facts;
  }

  /** What would have been told instead of a fact. `real`: as things stand after it. */
  insteadOf(fact: LoggedFact, real: TenantBoxes): LoggedFact[] {
    this.openings?.take(fact);
    if (!this.begun) return [fact];
    const { siteId, groupId } = fact.data as { siteId?: string; groupId?: string | null };
    if ('agentId' in fact.data) return this.insteadOfAgents(fact);
    if (siteId === this.of.siteId) return this.insteadOfSites(fact, real);
    return siteId === undefined && groupId !== null && groupId === this.of.groupId ? this.insteadOfGroups(fact) : [fact];
  }

  private begin(real: TenantBoxes): LoggedFact[] {
    const { of, supposed, range } = this;
    const facts: LoggedFact[] = [];
    for (const [agentId, groupIds] of supposed.agentGroups ?? []) {
      const agent = real.agents.get(agentId);
      if (!agent) continue;
      facts.push(suppose(range.from, { type: 'AgentGroupsChanged', data: { agentId, from: [...agent.groupIds], to: [...groupIds] } }));
    }
    const group = of.groupId === null ? undefined : real.groups.get(of.groupId);
    if (group && supposed.groupEnabled !== undefined) facts.push(this.switchGroup(range.from, group.groupId, supposed.groupEnabled));
    const site = real.sites.get(of.siteId)?.site;
    if (site?.standing !== 'present') return facts;
    if (supposed.mode !== undefined) facts.push(this.setMode(range.from, modeOf(site).mode, supposed.mode));
    return [...facts, ...(this.openings ? this.tell(this.openings, range.from, real) : [])];
  }

  private insteadOfAgents(fact: LoggedFact): LoggedFact[] {
    const groupIds = this.supposed.agentGroups?.get((fact.data as { agentId: string }).agentId);
    if (groupIds === undefined) return [fact];
    if (fact.type === 'AgentAdded') return [{ ...fact, data: { ...fact.data, groupIds: [...groupIds] } }];
    return fact.type === 'AgentGroupsChanged' ? [] : [fact];
  }

  private insteadOfSites(fact: LoggedFact, real: TenantBoxes): LoggedFact[] {
    const { mode } = this.supposed;
    const { effectiveAt: at } = fact;
    switch (fact.type) {
      case 'SiteAdded': {
        const modes = mode === undefined ? [] : [this.setMode(at, 'agents-and-hours', mode)];
        return [fact, ...modes, ...(this.openings ? this.tell(this.openings, at, real) : [])];
      }
      case 'SiteModeChanged':
        return mode === undefined ? [fact] : [];
      case 'HoursChanged':
      case 'OpeningsChanged':
      case 'OpeningStarted':
      case 'OpeningEnded':
        return this.openings ? this.tell(this.openings, at, real, fact) : [fact];
      default:
        return [fact];
    }
  }

  private insteadOfGroups(fact: LoggedFact): LoggedFact[] {
    const { groupEnabled: enabled } = this.supposed;
    if (enabled === undefined) return [fact];
    if (fact.type === 'GroupEnabled' || fact.type === 'GroupDisabled') return [];
    return fact.type === 'GroupAdded' ? [fact, this.switchGroup(fact.effectiveAt, fact.data.groupId, enabled)] : [fact];
  }

  /** `because`: the real fact with which it would have been told. */
  private tell(openings: SupposedOpenings, at: Instant, real: TenantBoxes, because?: LoggedFact): LoggedFact[] {
    const { siteId } = this.of;
    const site = real.sites.get(siteId)?.site;
    const told = openings.at(at, site?.openings);
    if (told === null || site?.standing !== 'present') return [];
    const fact = { type: 'OpeningsChanged', data: { siteId, openings: told } } as const;
    return [because ? ({ ...because, ...fact }) : suppose(at, fact)];
  }

  private switchGroup(at: Instant, groupId: string, enabled: boolean): LoggedFact {
    return suppose(at, { type: enabled ? 'GroupEnabled' : 'GroupDisabled', data: { groupId } });
  }

  private setMode(at: Instant, from: SiteMode, to: SiteMode): LoggedFact {
    return suppose(at, { type: 'SiteModeChanged', data: { siteId: this.of.siteId, from, to } });
  }
}

function suppose(at: Instant, fact: { readonly type: string; readonly data: object }): LoggedFact {
  return { ...fact, effectiveAt: at, recordedAt: at, streamId: '', position: 0, eventId: '', actor: SUPPOSED_BY } as LoggedFact;
}
