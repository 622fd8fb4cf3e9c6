import { useEffect, useMemo, useState } from 'preact/hooks';
import type { GroupView, HoursView, SiteView, TenantStatus } from '#contract';
import { adminList, adminRead } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { type Polled, usePolled } from '../session/use-polled.js';
import type * as Judging from './judge.js';

/** Everything whose hours can be edited, and the hours as they are kept. */
export interface Places {
  readonly sites: readonly SiteView[];
  readonly groups: readonly GroupView[];
  /** By id; null: it has none. What is not there was not asked for yet. */
  readonly hours: ReadonlyMap<string, HoursView | null>;
  readonly status: TenantStatus;
  /** What the plan includes. */
  readonly plan: { readonly name: string; readonly hours: boolean };
}

/** Hours that others change are not looked for every second: they are read anew when the page is seen again, and after each save. */
export function usePlaces(): Polled<Places> {
  const places = usePolled(loadPlaces, Infinity);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), 10_000); // who would be shut out is a question of now
  const value = useMemo(() => places.value && { ...places.value, status: status.value ?? places.value.status }, [places.value, status.value]);
  return { ...places, value };
}

async function loadPlaces(): Promise<Loaded<Places>> {
  const [sites, groups, status, tenant] = await Promise.all([
    adminList<SiteView>('/sites', 'sites'),
    adminList<GroupView>('/groups', 'groups'),
    adminRead<TenantStatus>('/status'),
    adminRead<{ plan: string; entitlements: { hours: boolean } }>(''),
  ]);
  for (const answer of [sites, groups, status, tenant]) if (answer.kind !== 'ok') return answer;
  if (sites.kind !== 'ok' || groups.kind !== 'ok' || status.kind !== 'ok' || tenant.kind !== 'ok') return { kind: 'unreachable' };
  const owners: Judging.Owner[] = [...sites.body.map(({ id }) => ({ kind: 'site' as const, id })), ...groups.body.map(({ id }) => ({ kind: 'group' as const, id }))];
  const hours = new Map<string, HoursView | null>();
  const answers = await Promise.all(owners.map((owner) => adminRead<HoursView>(hoursPath(owner))));
  for (const [index, answer] of answers.entries()) {
    const id = owners[index]?.id ?? '';
    if (answer.kind === 'ok') hours.set(id, answer.body);
    else if (answer.kind === 'refused' && answer.refusal.status === 404) hours.set(id, null);
    else return answer;
  }
  const plan = { name: tenant.body.plan, hours: tenant.body.entitlements.hours };
  return { kind: 'ok', body: { sites: sites.body, groups: groups.body, hours, status: status.body, plan }, etag: null };
}

export function hoursPath({ kind, id }: Judging.Owner): string {
  return `/${kind}s/${encodeURIComponent(id)}/hours`;
}

type Judge = typeof Judging;

/** The rules of the service, once they are loaded. */
export function useJudge(): Judge | null {
  const [judge, setJudge] = useState<Judge | null>(null);
  useEffect(() => {
    void import('./judge.js').then(setJudge, () => undefined); // without it saving works all the same: the service judges by itself
  }, []);
  return judge;
}
