import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AgentView, ApiKeyView, AuditPage, GroupView, SiteView } from '#contract';
import { adminList, adminRead } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { usePolled } from '../session/use-polled.js';

export type Entry = AuditPage['entries'][number];

const PAGE = 50;
/** Who looks at the record while others work sees what they do. ms */
const EVERY_MS = 10_000;

/** The newest entries, and those older ones that were asked for; `actorId` '' = of everybody. */
export function useRecord(actorId: string) {
  const by = actorId === '' ? '' : `&actorId=${encodeURIComponent(actorId)}`;
  const newest = usePolled(() => adminRead<AuditPage>(`/audit?limit=${PAGE}${by}`), EVERY_MS, by);
  const [older, setOlder] = useState<{ readonly entries: readonly Entry[]; readonly nextCursor: string | null } | null>(null);
  useEffect(() => setOlder(null), [by]);
  const held = older ?? newest.value;
  const entries = useMemo(() => (newest.value === null ? null : together(newest.value.entries, older?.entries ?? [])), [newest.value, older]);
  return {
    shown: { ...newest, value: entries },
    hasOlder: held !== null && held.nextCursor !== null,
    async showOlder(): Promise<void> {
      const cursor = held?.nextCursor;
      if (!cursor) return;
      const answer: Loaded<AuditPage> = await adminRead(`/audit?limit=${PAGE}${by}&cursor=${encodeURIComponent(cursor)}`);
      if (answer.kind !== 'ok') return;
      setOlder({ entries: together(older?.entries ?? newest.value?.entries ?? [], answer.body.entries), nextCursor: answer.body.nextCursor });
    },
  };
}

function together(first: readonly Entry[], rest: readonly Entry[]): readonly Entry[] {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...rest.filter(({ id }) => !known.has(id))];
}

/** Names of everything that is there now, by id. */
export function useNames(): { readonly nameOf: ReadonlyMap<string, string>; readonly people: readonly AgentView[] } {
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), Infinity);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), Infinity);
  const keys = usePolled(() => adminList<ApiKeyView>('/api-keys', 'apiKeys'), Infinity);
  return useMemo(() => {
    const all: readonly { readonly id: string; readonly name: string }[] = [
      ...(agents.value ?? []),
      ...(groups.value ?? []),
      ...(sites.value ?? []),
      ...(keys.value ?? []),
    ];
    return { nameOf: new Map(all.map(({ id, name }) => [id, name])), people: agents.value ?? [] };
  }, [agents.value, groups.value, sites.value, keys.value]);
}
