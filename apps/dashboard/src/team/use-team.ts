import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { AgentView, GroupView, TenantPresence } from '#contract';
import { adminList, adminRead } from '../session/admin.js';
import { type Polled, usePolled } from '../session/use-polled.js';

/** Statuses are live; the more people, the seldomer is asked, because everybody is in the answer. ms, ms for each */
const EVERY_MS = 3_000;
const EVERY_MS_EACH = 10;
/** Names and groups change seldom. ms */
const NAMES_EVERY_MS = 20_000;

/** Somebody of the team, and whether they are there. */
export interface Member {
  readonly agent: AgentView;
  /** Undefined while it is not known. */
  readonly presence: TenantPresence['agents'][number] | undefined;
  /** In the order of the groups' names. */
  readonly groupNames: readonly string[];
}

/** Everybody, by name. */
export function useTeam(): Polled<readonly Member[]> & { readonly groups: readonly GroupView[]; readonly knownAt: string } {
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), NAMES_EVERY_MS);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), NAMES_EVERY_MS);
  const presence = usePolled(() => adminRead<TenantPresence>('/presence'), EVERY_MS + EVERY_MS_EACH * (agents.value?.length ?? 0));
  const asked = useRef('');

  const members = useMemo(() => joined(agents.value, groups.value, presence.value), [agents.value, groups.value, presence.value]);
  useEffect(() => {
    // somebody new: their name is asked for once
    const known = new Set(agents.value?.map(({ id }) => id));
    const unknown = (presence.value?.agents ?? []).filter(({ id }) => !known.has(id)).map(({ id }) => id);
    if (agents.value === null || unknown.length === 0 || unknown.join() === asked.current) return;
    asked.current = unknown.join();
    void agents.again();
  }, [presence.value]);

  return {
    value: members,
    fault: agents.fault ?? presence.fault ?? groups.fault,
    refusal: agents.refusal ?? presence.refusal ?? groups.refusal,
    again: async () => void (await Promise.all([agents.again(), groups.again(), presence.again()])),
    groups: groups.value ?? [],
    knownAt: presence.value?.knownAt ?? '',
  };
}

function joined(
  agents: readonly AgentView[] | null,
  groups: readonly GroupView[] | null,
  presence: TenantPresence | null,
): readonly Member[] | null {
  if (agents === null || groups === null) return null;
  const nameOf = new Map(groups.map(({ id, name }) => [id, name]));
  const presenceOf = new Map(presence?.agents.map((one) => [one.id, one]));
  return agents
    .map((agent) => ({
      agent,
      presence: presenceOf.get(agent.id),
      groupNames: agent.groupIds.flatMap((id) => nameOf.get(id) ?? []).sort((one, other) => one.localeCompare(other)),
    }))
    .sort((one, other) => one.agent.name.localeCompare(other.agent.name) || (one.agent.id < other.agent.id ? -1 : 1));
}
