import type { OwnProfile } from '#contract';
import { profile } from './loaded.js';

export type Role = OwnProfile['agent']['role'];

/** Whether the person may change the account's things; who may not is not shown the buttons. The API decides by itself. */
export function mayChange(): boolean {
  return isOwner() || profile.value?.agent.role === 'manager';
}

export function isOwner(): boolean {
  return profile.value?.agent.role === 'owner';
}
