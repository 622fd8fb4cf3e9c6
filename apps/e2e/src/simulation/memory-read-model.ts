import type { ProjectionPorts } from '#apps/projector/src/box-status/project-partition';
import type { Agent } from '#domain/agent-presence/index';
import { type Box, emptyTenantBoxes, recount, type TenantBoxes } from '#domain/box-status/index';
import type { Group, Site, Tenant } from '#domain/tenant-settings/index';
import type { BoxRow, ShownRow, SiteRow } from '#read-model';

export type Projection = Parameters<ProjectionPorts['write']>[0];

interface StoredSite {
  readonly partition: number;
  readonly tenantId: string;
  site: Site;
  version: number;
  addedAt: number;
}

/** An interval of an agent's effective status, as the rows keep it. */
export interface Interval {
  readonly agentId: string;
  readonly status: string;
  readonly from: number;
  to: number | null;
  readonly causeEventId: string;
}

/**
 * The tables of schema `read`, as migration 0004 and libs/read-model treat them, in memory. Every method is one statement: it happens
 * as a whole. What goes in and out is copied, as it is by a database.
 */
export class MemoryReadModel {
  readonly checkpoints = new Map<number, number>();
  readonly shown = new Map<number, ShownRow[]>();
  readonly intervals: Interval[] = [];
  beaconAt: number | null = null;
  private readonly tenants = new Map<string, Tenant>();
  private readonly agents = new Map<string, { tenantId: string; agent: Agent; effectiveStatus: string }>();
  private readonly groups = new Map<string, { tenantId: string; group: Group; addedAt: number }>();
  private readonly sites = new Map<string, StoredSite>();
  private readonly boxes = new Map<string, BoxRow>();

  checkpoint(partition: number): number {
    return this.checkpoints.get(partition) ?? 0;
  }

  /** Rows, shown log and checkpoint together, if the checkpoint still stands at `from`. */
  write(projection: Projection): boolean {
    const { partition, from, to, tenants, agents, groups, sites, boxes, intervals, shown } = copy(projection);
    if (this.checkpoint(partition) !== from) return false;
    this.checkpoints.set(partition, to);
    for (const tenant of tenants) this.tenants.set(tenant.tenantId, tenant);
    for (const row of agents) this.agents.set(row.agent.agentId, row);
    for (const { tenantId, group, at } of groups) {
      this.groups.set(group.groupId, { tenantId, group, addedAt: this.groups.get(group.groupId)?.addedAt ?? at });
    }
    for (const { tenantId, site, version, at } of sites) {
      this.sites.set(site.siteId, { partition, tenantId, site, version, addedAt: this.sites.get(site.siteId)?.addedAt ?? at });
    }
    for (const box of boxes) this.boxes.set(`${box.siteId} ${box.groupId ?? ''}`, box);
    for (const { agentId, status, from: start, to: end, cause } of intervals) {
      const open = this.intervals.find((i) => i.agentId === agentId && i.to === null);
      if (open) open.to = start;
      this.intervals.push({ agentId, status, from: start, to: end, causeEventId: cause.eventId });
    }
    const log = this.shown.get(partition) ?? [];
    this.shown.set(partition, log);
    for (const row of shown) log.push({ ...row, partition, seq: log.length + 1 });
    return true;
  }

  /** As readTenantBoxes: nothing that was removed, sites and groups in the order they were added. */
  readTenant(tenantId: string): TenantBoxes {
    const boxes = emptyTenantBoxes();
    const tenant = this.tenants.get(tenantId);
    if (!tenant) return boxes;
    boxes.tenant = copy(tenant);
    const own = <T extends { tenantId: string }>(rows: Iterable<T>): T[] => [...rows].filter((row) => row.tenantId === tenantId);
    const byAge = (a: { addedAt: number }, b: { addedAt: number }): number => a.addedAt - b.addedAt;
    for (const { agent } of own(this.agents.values())) if (agent.standing !== 'removed') boxes.agents.set(agent.agentId, copy(agent));
    for (const { group } of own(this.groups.values()).sort(byAge)) {
      if (group.standing !== 'removed') boxes.groups.set(group.groupId, copy(group));
    }
    for (const { site, version } of own(this.sites.values()).sort(byAge)) {
      if (site.standing !== 'removed') boxes.sites.set(site.siteId, { site: copy(site), version, boxes: new Map() });
    }
    for (const { siteId, groupId, status, since, version, next, removed } of own(this.boxes.values())) {
      const box: Box = { status, since, version, next, removed };
      if (!removed) boxes.sites.get(siteId)?.boxes.set(groupId ?? '', box);
    }
    recount(boxes);
    return boxes;
  }

  /** A site's counter and boxes as they are, for a check that only looks. */
  peek(siteId: string): { version: number | undefined; boxes: BoxRow[] } {
    return { version: this.sites.get(siteId)?.version, boxes: [...this.boxes.values()].filter((box) => box.siteId === siteId) };
  }

  siteByKey(key: string): SiteRow | null {
    const found = [...this.sites.values()].find(({ site }) => site.key === key);
    return found ? siteRowOf(found) : null;
  }

  siteRows(siteIds: readonly string[]): SiteRow[] {
    return siteIds.flatMap((id) => {
      const found = this.sites.get(id);
      return found ? [siteRowOf(found)] : [];
    });
  }

  /** Boxes of a site above a version, tombstones included. */
  boxRows(siteId: string, above = 0): BoxRow[] {
    return copy([...this.boxes.values()].filter((box) => box.siteId === siteId && box.version > above));
  }

  effectiveStatus(agentId: string): string | undefined {
    return this.agents.get(agentId)?.effectiveStatus;
  }

  agentsOf(tenantId: string): Agent[] {
    return [...this.agents.values()].filter((row) => row.tenantId === tenantId).map((row) => row.agent);
  }

  planOf(tenantId: string): string | undefined {
    return this.tenants.get(tenantId)?.plan;
  }

  /** All rows of a partition's tenants as plain JSON in a fixed order, for comparing two read models. */
  dump(partition: number, tenantIds: ReadonlySet<string>): unknown {
    const own = <T extends { tenantId: string }>(rows: Map<string, T>): unknown[] =>
      [...rows]
        .filter(([, row]) => tenantIds.has(row.tenantId))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row);
    const agentIds = new Set([...this.agents.values()].filter((row) => tenantIds.has(row.tenantId)).map((row) => row.agent.agentId));
    return copy({
      checkpoint: this.checkpoint(partition),
      tenants: [...this.tenants].filter(([id]) => tenantIds.has(id)).sort(([a], [b]) => (a < b ? -1 : 1)),
      agents: own(this.agents),
      groups: own(this.groups),
      sites: own(this.sites),
      boxes: own(this.boxes),
      intervals: this.intervals
        .filter((i) => agentIds.has(i.agentId))
        .sort((a, b) => (a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0)),
      shown: this.shownWithoutOrderOfBoxes(partition),
    });
  }

  /** Which box of one event comes first is nobody's promise. */
  private shownWithoutOrderOfBoxes(partition: number): unknown[] {
    const rows = this.shown.get(partition) ?? [];
    const nth = new Map([...new Set(rows.map(({ cause }) => cause.eventId))].map((cause, i) => [cause, i]));
    const place = ({ cause, siteId, groupId }: ShownRow): string =>
      `${String(nth.get(cause.eventId)).padStart(9)} ${siteId} ${groupId ?? ''}`;
    return rows.map((row) => ({ ...row, seq: place(row) })).sort((a, b) => (a.seq < b.seq ? -1 : 1));
  }
}

/** A site as readers get it, from the rows or with a message. */
export function siteRowOf({
  partition,
  tenantId,
  site,
  version,
}: {
  partition: number;
  tenantId: string;
  site: Site;
  version: number;
}): SiteRow {
  const { siteId, key, origins, timeZone, standing } = site;
  return copy({ tenantId, siteId, partition, key, origins, timeZone, version, removed: standing === 'removed' });
}

/** As a column of JSON gives it back: nobody else holds it, and what was undefined is not there. */
function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const given: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) if (part !== undefined) given[key] = copy(part);
  return given as T;
}
