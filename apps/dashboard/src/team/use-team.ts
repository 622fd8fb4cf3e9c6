import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { AgentView, GroupView, TenantPresence } from '#contract';
import { adminList, adminRead } from '../session/admin.js';
import { inOrder } from '../i18n/format.js';
import { language } from '../i18n/index.js';
import { type Polled, usePolled } from '../session/use-polled.js';
import { deviceName, oddity } from './device-signs.js';

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
  /** The devices in words, and what is not as usual with them. */
  readonly signs: readonly { readonly id: string; readonly kind: 'desktop' | 'mobile'; readonly name: string; readonly odd: string | null }[];
  /** Everything that is seen of them. */
  readonly looks: string;
}

/** Everybody, by name. */
export function useTeam(): Polled<readonly Member[]> & { readonly groups: readonly GroupView[] } {
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), NAMES_EVERY_MS);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), NAMES_EVERY_MS);
  const presence = usePolled(() => adminRead<TenantPresence>('/presence'), EVERY_MS + EVERY_MS_EACH * (agents.value?.length ?? 0));
  const asked = useRef('');

  // names without statuses are shown only if the statuses cannot be had: hundreds of rows would be drawn twice
  const there = presence.value !== null || presence.fault !== null;
  const drawn = useRef<ReadonlyMap<string, Member>>(new Map());
  const members = useMemo(() => {
    const all = there ? joined(agents.value, groups.value, presence.value) : null;
    // who looks as before is the same object as before: their row is not drawn again, and there may be hundreds
    const same = all?.map((one) => (drawn.current.get(one.agent.id)?.looks === one.looks ? (drawn.current.get(one.agent.id) ?? one) : one)) ?? null;
    drawn.current = new Map(same?.map((one) => [one.agent.id, one]));
    return same;
  }, [agents.value, groups.value, presence.value, there, language.value]);
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
  const order = inOrder();
  return agents
    .map((agent) => {
      const present = presenceOf.get(agent.id);
      const groupNames = agent.groupIds.flatMap((id) => nameOf.get(id) ?? []).sort(order);
      const signs = (present?.sessions ?? []).map((session) => ({
        ...{ id: session.id, kind: session.device.kind, name: deviceName(session), odd: oddity(session, presence?.knownAt ?? '') },
      }));
      const looks = JSON.stringify([language.value, agent, groupNames, present?.effectiveStatus, present?.effectiveSince, signs]);
      return { agent, presence: present, groupNames, signs, looks };
    })
    .sort((one, other) => order(one.agent.name, other.agent.name) || (one.agent.id < other.agent.id ? -1 : 1));
}
