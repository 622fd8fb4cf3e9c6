import { createHash, type Hash } from 'node:crypto';
import { type Agent, effectiveStatusOf } from '#domain/agent-presence/index';
import { applyEvent, type BoxChange, type BoxEvent, emptyTenantBoxes, type TenantBoxes } from '#domain/box-status/index';
import type { ReplayedEvent } from '#event-store';
import type { ReplayedTableName, Row } from '#read-model';
import { shownEventId } from '../shown-event-id.js';
import { AgentIntervalSum } from './interval-sum.js';

/** One tenant as its log alone makes it. */
export interface ReplayedTenant {
  readonly boxes: TenantBoxes;
  /** When a site or group was added: effectiveAt of the first event that speaks of it. */
  readonly addedAt: Map<string, number>;
  readonly intervals: Map<string, AgentIntervalSum>;
}

/** A row that the shown log has to have. */
export interface ExpectedShown {
  readonly eventId: string;
  readonly tenantId: string;
  readonly row: Row;
}

/**
 * The log of one partition folded from its first event, by the rules of the domain and nothing of the live projection (architecture 8).
 * Holds the present state of its tenants, not their past: what it needs does not grow with the log.
 */
export class ReplayedPartition {
  readonly tenants = new Map<string, ReplayedTenant>();
  /** Folded up to here. */
  position = 0;
  /** How many events that were. */
  events = 0;
  private readonly sum: Hash = createHash('sha256');

  /**
   * @param onShown  told of every row that the shown log has to have, in order
   * @param onAgent  told of every change of an agent, in order; `was` undefined: the agent is new
   */
  constructor(
    readonly partition: number,
    private readonly onShown: (shown: ExpectedShown) => void,
    private readonly onAgent?: (event: ReplayedEvent, was: Agent | undefined, is: Agent) => void,
  ) {}

  /**
   * Takes the next events, and their lines for the hash. Throws, with the position, what the rules throw on an event they cannot read.
   */
  fold(events: Iterable<ReplayedEvent>, lines: Uint8Array | null): void {
    if (lines) this.sum.update(lines);
    for (const event of events) {
      try {
        this.apply(event);
      } catch (error) {
        throw new Error(`the event at position ${event.position} of partition ${this.partition} cannot be folded`, { cause: error });
      }
      this.position = event.position;
      this.events += 1;
    }
  }

  /** There is nothing more to fold up to here. */
  reach(position: number): void {
    this.position = Math.max(this.position, position);
  }

  /** SHA-256 of the log so far, hexadecimal. */
  get hash(): string {
    return this.sum.copy().digest('hex');
  }

  /** The row that the log says there is; null: none. `key`: the columns of the key without the tenant's id. */
  rowOf(table: ReplayedTableName, tenantId: string, key: readonly string[]): Row | null {
    const tenant = this.tenants.get(tenantId);
    if (!tenant) return null;
    const { boxes, addedAt } = tenant;
    const [first = '', second = ''] = key;
    switch (table) {
      case 'tenant':
        return boxes.tenant.tenantId === tenantId ? { partition: this.partition, state: boxes.tenant } : null;
      case 'agent': {
        const agent = boxes.agents.get(first);
        return agent ? { effective_status: effectiveStatusOf(agent), state: agent, removed: agent.standing === 'removed' } : null;
      }
      case 'tenant_group': {
        const group = boxes.groups.get(first);
        return group ? { state: group, added_at: addedAt.get(`group ${first}`), removed: group.standing === 'removed' } : null;
      }
      case 'site': {
        const entry = boxes.sites.get(first);
        if (!entry) return null;
        const { site, version } = entry;
        return { partition: this.partition, key: site.key, version, state: site, added_at: addedAt.get(`site ${first}`), removed: site.standing === 'removed' };
      }
      case 'box': {
        const box = boxes.sites.get(first)?.boxes.get(second);
        if (!box) return null;
        const { status, since, version, next, removed } = box;
        return { status, since, version, next_at: next?.at ?? null, next_status: next?.status ?? null, removed };
      }
    }
  }

  /** The keys, without the tenant's id, of all rows that the log says a tenant has. */
  *keysOf(table: ReplayedTableName, tenantId: string): Generator<readonly string[]> {
    const boxes = this.tenants.get(tenantId)?.boxes;
    if (!boxes) return;
    if (table === 'tenant' && boxes.tenant.tenantId === tenantId) yield [];
    if (table === 'agent') for (const id of boxes.agents.keys()) yield [id];
    if (table === 'tenant_group') for (const id of boxes.groups.keys()) yield [id];
    if (table === 'site') for (const id of boxes.sites.keys()) yield [id];
    if (table === 'box') for (const [id, { boxes: ofSite }] of boxes.sites) for (const groupId of ofSite.keys()) yield [id, groupId];
  }

  private apply(event: ReplayedEvent): void {
    const tenant = this.tenantOf(event.tenantId);
    const { agentId, siteId, groupId, conversationId } = event.data as Record<'agentId' | 'siteId' | 'groupId' | 'conversationId', string | undefined>;
    const was = agentId === undefined ? undefined : tenant.boxes.agents.get(agentId);
    const changes = applyEvent(tenant.boxes, event as ReplayedEvent & BoxEvent);
    if (agentId !== undefined) {
      const is = tenant.boxes.agents.get(agentId);
      if (is && is !== was) {
        this.intervalsOf(tenant, agentId).note(event, was, is);
        this.onAgent?.(event, was, is);
      }
    } else if (conversationId === undefined) {
      const thing = siteId === undefined ? (groupId === undefined ? null : `group ${groupId}`) : `site ${siteId}`;
      if (thing !== null && !tenant.addedAt.has(thing)) tenant.addedAt.set(thing, event.effectiveAt);
    }
    for (const change of changes) if (change.box.status !== change.before || change.box.removed) this.onShown(shownOf(event, change));
  }

  private tenantOf(tenantId: string): ReplayedTenant {
    let tenant = this.tenants.get(tenantId);
    if (!tenant) this.tenants.set(tenantId, (tenant = { boxes: emptyTenantBoxes(), addedAt: new Map(), intervals: new Map() }));
    return tenant;
  }

  private intervalsOf({ intervals }: ReplayedTenant, agentId: string): AgentIntervalSum {
    let ofAgent = intervals.get(agentId);
    if (!ofAgent) intervals.set(agentId, (ofAgent = new AgentIntervalSum()));
    return ofAgent;
  }
}

function shownOf(event: ReplayedEvent, { siteId, groupId, box, before }: BoxChange): ExpectedShown {
  const { eventId: cause, tenantId, type, actor, recordedAt } = event;
  const { status, since, version, removed } = box;
  const { reason = null } = event.data as { reason?: string | null };
  return {
    eventId: shownEventId(cause, { siteId, groupId }),
    tenantId,
    row: {
      ...{ tenant_id: tenantId, site_id: siteId, group_id: groupId ?? '', status, before, since, version, removed },
      ...{ shown_from: recordedAt, cause_event_id: cause, cause_type: type, actor, reason },
    },
  };
}
