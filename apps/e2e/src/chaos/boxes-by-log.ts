import type { Instant, LoggedEvent, Word } from './recording.js';

interface AgentByLog {
  readonly groups: readonly string[];
  intent: Word;
  /** A status for a while (behaviour D15). */
  timer: { readonly until: Instant; readonly restores: Word } | null;
  readonly sessions: Set<string>;
}

/** What a box shows after an event; and from later instants on, before anything more is recorded, because timers end then. */
export interface Moment {
  readonly eventId: string;
  readonly status: Word;
  readonly later: readonly { readonly at: Instant; readonly status: Word }[];
}

/** The key of a box in `storiesOf`; all sites of a tenant show the same here, for nobody sets hours. */
export function boxKey({ tenantId, groupId }: { tenantId: string; groupId: string }): string {
  return `${tenantId} ${groupId}`;
}

/** What every box of a log must have shown after each event of its tenant. */
export function storiesOf(log: readonly LoggedEvent[]): { stories: Map<string, Moment[]>; tenants: Map<string, BoxesByLog> } {
  const tenants = new Map<string, BoxesByLog>();
  const stories = new Map<string, Moment[]>();
  for (const event of log) {
    const { tenantId, eventId } = event;
    const boxes = tenants.get(tenantId) ?? new BoxesByLog();
    tenants.set(tenantId, boxes);
    boxes.apply(event);
    for (const groupId of boxes.groupIds()) {
      const key = boxKey({ tenantId, groupId });
      const story = stories.get(key) ?? [];
      stories.set(key, story);
      const later = boxes.timers().map((at) => ({ at, status: boxes.status(groupId, at) }));
      story.push({ eventId, status: boxes.status(groupId), later });
    }
  }
  return { stories, tenants };
}

/** A tenant's boxes, told from its log by the rules of the page alone (rules 6 and 7; behaviour D2, D3, D15). */
export class BoxesByLog {
  readonly #agents = new Map<string, AgentByLog>();
  readonly #enabled = new Map<string, boolean>();

  apply({ type, data }: LoggedEvent): void {
    const agent = this.#agents.get(String(data['agentId']));
    const sessionId = String(data['sessionId']);
    switch (type) {
      case 'AgentAdded':
        this.#agents.set(String(data['agentId']), { groups: data['groupIds'] as string[], intent: 'offline', timer: null, sessions: new Set() });
        break;
      case 'AgentLoggedIn':
        agent?.sessions.add(sessionId);
        break;
      case 'HeartbeatExpired':
      case 'SessionEnded':
        agent?.sessions.delete(sessionId);
        break;
      case 'StatusChanged':
      case 'StatusTimerEnded':
        if (!agent) break;
        agent.intent = data['to'] as Word;
        agent.timer = data['until'] === undefined ? null : { until: Date.parse(data['until'] as string), restores: data['restores'] as Word };
        break;
      case 'GroupAdded':
      case 'GroupEnabled':
        this.#enabled.set(String(data['groupId']), true);
        break;
      case 'GroupDisabled':
        this.#enabled.set(String(data['groupId']), false);
        break;
      default:
    }
  }

  /** '' = the site itself. `at`: with the timers that have ended by then. */
  status(groupId: string, at = Number.NEGATIVE_INFINITY): Word {
    if (groupId !== '' && this.#enabled.get(groupId) === false) return 'offline';
    let best: Word = 'offline';
    for (const { groups, intent, timer, sessions } of this.#agents.values()) {
      const counts = sessions.size > 0 && (groupId === '' || groups.length === 0 || groups.includes(groupId));
      const wanted = timer && timer.until <= at ? timer.restores : intent;
      if (!counts || wanted === 'offline') continue;
      if (wanted === 'online') return 'online';
      best = 'busy';
    }
    return best;
  }

  groupIds(): string[] {
    return ['', ...this.#enabled.keys()];
  }

  /** When the timers end, the earliest first. */
  timers(): Instant[] {
    return [...this.#agents.values()].flatMap(({ timer }) => (timer ? [timer.until] : [])).sort((a, b) => a - b);
  }

  /** Undefined: the tenant has no such agent. */
  intent(agentId: string): Word | undefined {
    return this.#agents.get(agentId)?.intent;
  }
}
