/*
 * The past once more, as plainly as it can be said and from the beginning for every instant: the second opinion of
 * past.properties.unit.spec.ts. It imports nothing, least of all the domain: what both say alike, both would have to get wrong alike.
 */

export interface PlainFact {
  readonly type: string;
  // Facts are looked at field by field.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly effectiveAt: number;
  readonly streamId: string;
  readonly position: number;
}

export interface PlainTruth {
  readonly fact: PlainFact;
  readonly at: number;
}

/** When each fact became true: not before what it was decided upon, but for leases, whose end was found out later. In that order. */
export function truthsOf(log: readonly PlainFact[]): PlainTruth[] {
  const truths: PlainTruth[] = [];
  log.forEach((fact, i) => {
    const before = truths.slice(0, i);
    let at = fact.effectiveAt;
    if (fact.type === 'HeartbeatExpired') {
      const ofSession = before.filter((earlier) => earlier.fact.streamId === fact.streamId && earlier.fact.data.sessionId === fact.data.sessionId);
      const last = ofSession.filter((earlier) => ['AgentLoggedIn', 'SessionEnded', 'HeartbeatExpired'].includes(earlier.fact.type)).at(-1);
      if (last?.fact.type === 'AgentLoggedIn') at = Math.max(at, last.at);
    } else {
      for (const earlier of before) if (earlier.fact.streamId === fact.streamId && earlier.fact.type !== 'HeartbeatExpired') at = Math.max(at, earlier.at);
    }
    truths.push({ fact, at });
  });
  return truths.sort((a, b) => a.at - b.at || a.fact.position - b.fact.position);
}

interface PlainOpening {
  groupId: string | null;
  open: boolean;
}

interface PlainAgent {
  active: boolean;
  removed: boolean;
  intent: string;
  groups: string[];
  /** Session -> signed out? */
  sessions: Map<string, boolean>;
}

/** Everything that decides, after all truths up to an instant. */
export class PlainPast {
  private readonly agents = new Map<string, PlainAgent>();
  private readonly groups = new Map<string, { there: boolean; enabled: boolean }>();
  private readonly sites = new Map<string, { there: boolean; mode: string; open: Map<string, boolean> | null }>();
  private full = true;

  constructor(truths: readonly PlainTruth[], at: number) {
    for (const truth of truths) if (truth.at <= at) this.hear(truth.fact);
  }

  /** Standing of every agent who is there. */
  agentStandings(): Map<string, string> {
    const there = [...this.agents].filter(([, agent]) => !agent.removed);
    return new Map(there.map(([id, agent]) => [id, statusOf(agent) === 'online' && !attended(agent) ? 'unattended' : statusOf(agent)]));
  }

  /** Standing of every box that is there, under `site` or `site/group`. */
  boxStandings(): Map<string, string> {
    const standings = new Map<string, string>();
    for (const [siteId, site] of this.sites) {
      if (!site.there) continue;
      standings.set(siteId, this.standing(site, null));
      for (const [groupId, group] of this.groups) if (group.there) standings.set(`${siteId}/${groupId}`, this.standing(site, groupId));
    }
    return standings;
  }

  private standing(site: { mode: string; open: Map<string, boolean> | null }, asked: string | null): string {
    const groupId = this.full ? asked : null;
    if (groupId !== null && !this.groups.get(groupId)?.enabled) return 'closed';
    if (site.mode === 'force-online') return 'online';
    if (site.mode === 'force-offline') return 'closed';
    const hours = this.full && site.open !== null ? (site.open.get(groupId ?? '') ?? site.open.get('')) : undefined;
    if (site.mode !== 'agents' && hours === false) return 'outside-hours';
    if (site.mode === 'hours') return 'online';
    const audience = [...this.agents.values()].filter((agent) => {
      const groups = agent.groups.filter((id) => this.groups.get(id)?.there);
      return groupId === null || groups.length === 0 || groups.includes(groupId);
    });
    const online = audience.filter((agent) => statusOf(agent) === 'online');
    if (online.length > 0) return online.some(attended) ? 'online' : 'unattended';
    return audience.some((agent) => statusOf(agent) === 'busy') ? 'busy' : 'missed';
  }

  private hear({ type, data }: PlainFact): void {
    const agent = this.agents.get(data.agentId);
    const site = this.sites.get(data.siteId);
    switch (type) {
      case 'PlanChanged':
        this.full = data.to === 'pro';
        break;
      case 'GroupAdded':
        this.groups.set(data.groupId, { there: true, enabled: true });
        break;
      case 'GroupRemoved':
      case 'GroupEnabled':
      case 'GroupDisabled': {
        const group = this.groups.get(data.groupId);
        if (group) this.groups.set(data.groupId, { there: type !== 'GroupRemoved' && group.there, enabled: type === 'GroupEnabled' || (type === 'GroupRemoved' && group.enabled) });
        break;
      }
      case 'SiteAdded':
        this.sites.set(data.siteId, { there: true, mode: 'agents-and-hours', open: null });
        break;
      case 'SiteRemoved':
        if (site) site.there = false;
        break;
      case 'SiteModeChanged':
        if (site) site.mode = data.to;
        break;
      case 'HoursChanged':
        if (site) site.open = new Map((data.openings as PlainOpening[]).map((opening) => [opening.groupId ?? '', opening.open]));
        break;
      case 'OpeningStarted':
      case 'OpeningEnded':
        if (site) site.open = new Map(site.open ?? []).set((data.groupId ?? '') as string, type === 'OpeningStarted');
        break;
      case 'AgentAdded':
        this.agents.set(data.agentId, { active: true, removed: false, intent: 'offline', groups: data.groupIds, sessions: new Map() });
        break;
      case 'AgentLoggedIn':
        agent?.sessions.set(data.sessionId, false);
        break;
      case 'AgentLoggedOut':
        if (agent?.sessions.has(data.sessionId)) agent.sessions.set(data.sessionId, true);
        break;
      case 'SessionEnded':
      case 'HeartbeatExpired':
        agent?.sessions.delete(data.sessionId);
        break;
      case 'StatusChanged':
        if (agent) agent.intent = data.to;
        break;
      case 'AgentGroupsChanged':
        if (agent) agent.groups = data.to;
        break;
      case 'AgentDeactivated':
      case 'AgentReactivated':
        if (agent) agent.active = type === 'AgentReactivated';
        break;
      case 'AgentRemoved':
        if (agent) agent.removed = true;
        break;
    }
  }
}

function statusOf(agent: PlainAgent): string {
  return agent.active && !agent.removed && agent.sessions.size > 0 ? agent.intent : 'offline';
}

function attended(agent: PlainAgent): boolean {
  return [...agent.sessions.values()].includes(false);
}
