import type { Member } from './use-groups.js';

/** Who is being dragged, and out of which group (null: out of none). One pointer drags one person. */
export interface Dragged {
  readonly agentId: string;
  readonly from: string | null;
}

/**
 * The groups after a drop: somebody moves out of the group they were dragged from, or stays in it too (`add`). `onto` null: out of all groups.
 */
export function groupsAfterDrop(member: Pick<Member, 'groupIds'>, { from }: Pick<Dragged, 'from'>, onto: string | null, add: boolean): readonly string[] {
  if (onto === null) return [];
  const kept = add ? member.groupIds : member.groupIds.filter((id) => id !== from);
  return kept.includes(onto) ? kept : [...kept, onto];
}

/** Who would be in no group if this one were gone (behaviour D18). */
export function onlyIn(groupId: string, people: readonly Member[]): readonly Member[] {
  return people.filter(({ groupIds }) => groupIds.length === 1 && groupIds[0] === groupId);
}

export function sameGroups(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}
