import type { PoolClient } from 'pg';
import { rfc3339, type TenantStatus } from '#contract';
import { findGroup, findSite, readNames, type TenantRow } from '#directory';
import { SITE_ITSELF, type TenantBoxes } from '#domain/box-status/index';
import { entitlementsOf } from '#domain/tenant-settings/index';
import { notFound, Problem } from '#http-kit';
import { isSettled, withoutRemoved } from '#memory';
import { type BoxRow, readShownAt } from '#read-model';
import type { TenantsPast } from '../tenants-past.js';
import { type ExplainedStatus, siteStatusView } from './site-status-view.js';
import { tenantStatusView } from './tenant-status-view.js';

const DAY_MS = 86_400_000;

/** A question about an instant that is over. */
export interface Recollection {
  readonly past: TenantsPast;
  readonly tenant: TenantRow;
  readonly knownAt: number;
  readonly at: number;
  readonly as: 'actual' | 'shown';
}

/**
 * What a site, or a group on it, showed, or should have shown, and why.
 * Refuses: `not-found` for a site that is unknown or was removed by then, `not-yet`, `plan-limit`.
 */
export async function recallSite(sql: PoolClient, asked: Recollection, siteId: string, group: string | null): Promise<ExplainedStatus> {
  const { tenant, at, knownAt } = asked;
  if (!(await findSite(sql, tenant.id, siteId))) throw notFound();
  const boxes = await recall(sql, asked);
  const entry = boxes.sites.get(siteId);
  if (!entry) throw notYet('site', at);
  if (group !== null && !boxes.groups.has(group) && (await findGroup(sql, tenant.id, group))) throw notYet('group', at);
  const rows = [...entry.boxes].map(([id, box]): BoxRow => ({ tenantId: tenant.id, siteId, groupId: id === SITE_ITSELF ? null : id, ...box }));
  const view = siteStatusView(present(boxes), rows, siteId, group, knownAt, isSettled(at, knownAt, tenant.leaseSeconds));
  if (!view) throw notFound();
  return view;
}

/** Everything of a tenant that had a status then, by the names of today. Refuses: `not-yet`, `plan-limit`. */
export async function recallWhole(sql: PoolClient, asked: Recollection): Promise<TenantStatus> {
  const { tenant, at, knownAt } = asked;
  const boxes = present(await recall(sql, asked));
  const ids = [...boxes.sites.keys(), ...boxes.groups.keys(), ...boxes.agents.keys()];
  return tenantStatusView(boxes, await readNames(sql, tenant.id, ids), knownAt, isSettled(at, knownAt, tenant.leaseSeconds));
}

/** Refuses `plan-limit` for what lies further back than the plan shows; it is kept, and shown again after an upgrade. */
export function assertShownByPlan(tenant: TenantRow, at: number, now: number): void {
  const { historyDays } = entitlementsOf(tenant);
  if (historyDays === null || at >= now - historyDays * DAY_MS) return;
  throw new Problem('plan-limit', `The plan ${tenant.plan} shows the last ${historyDays} days. Ask for a later time, or change the plan.`, {
    ...{ plan: tenant.plan, entitlement: 'historyDays', limit: historyDays },
  });
}

async function recall(sql: PoolClient, { past, tenant, at, as, knownAt }: Recollection): Promise<TenantBoxes> {
  assertShownByPlan(tenant, at, knownAt);
  const boxes = await past.memory.recall(past.logOf(tenant, sql), at, as);
  if (boxes.tenant.standing === 'unknown') throw notYet('account', at);
  if (as === 'shown') await takeTheRecord(sql, boxes, tenant.id, at);
  return boxes;
}

/** What visitors saw is taken from the record of it, and not from what a fold of today says. */
async function takeTheRecord(sql: PoolClient, boxes: TenantBoxes, tenantId: string, at: number): Promise<void> {
  for (const { siteId, groupId, status, since, version } of await readShownAt(sql, tenantId, at)) {
    const entry = boxes.sites.get(siteId);
    const box = entry?.boxes.get(groupId ?? SITE_ITSELF);
    // A newer version of the same status only told of another `next`.
    if (box) entry?.boxes.set(groupId ?? SITE_ITSELF, { ...box, status, since, version: box.status === status ? Math.max(version, box.version) : version });
  }
}

/** As the present is read: without what was removed. */
function present(boxes: TenantBoxes): TenantBoxes {
  const then = withoutRemoved(boxes);
  for (const { boxes: shown } of then.sites.values()) for (const [id, box] of shown) if (box.removed) shown.delete(id);
  return then;
}

function notYet(what: string, at: number): Problem {
  return new Problem('not-yet', `This ${what} did not exist yet at ${rfc3339(at)}: ask for a later time.`);
}
