import type { Phase, Presence } from './presence-states.js';

/** How this device stands with the server, for the host to show. */
export interface Connection {
  readonly kind: Exclude<Phase, 'asleep' | 'following'>;
  /** Whether it is this tab that beats. */
  readonly leading: boolean;
}

/** A follower shows what its leader is at; before it has heard of one, that it is on its way. */
export function connectionOf({ phase, told }: Presence): Connection {
  const leads = phase !== 'following' && phase !== 'asleep';
  const at = leads ? phase : (told ?? 'connecting');
  return { kind: at === 'following' || at === 'asleep' ? 'connecting' : at, leading: leads && phase !== 'stopped' };
}

export function sameConnection(one: Connection, other: Connection): boolean {
  return one.kind === other.kind && one.leading === other.leading;
}
