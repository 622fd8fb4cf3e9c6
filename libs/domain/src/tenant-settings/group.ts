import { Refusal } from '../refusal.js';
import type { GroupEvent } from './events.js';

export interface Group {
  readonly groupId: string;
  readonly standing: 'unknown' | 'present' | 'removed';
  readonly enabled: boolean;
}

/** The fold of a group's stream. */
export const groupFold = {
  category: 'group',
  stateVersion: 1,
  initial: { groupId: '', standing: 'unknown', enabled: true } satisfies Group as Group,
  evolve: evolveGroup,
};

export function evolveGroup(group: Group, event: GroupEvent): Group {
  switch (event.type) {
    case 'GroupAdded':
      return { groupId: event.data.groupId, standing: 'present', enabled: true };
    case 'GroupDisabled':
      return { ...group, enabled: false };
    case 'GroupEnabled':
      return { ...group, enabled: true };
    case 'GroupHoursChanged':
    case 'GroupHolidaysExtended':
      return group; // what follows from it stands in the streams of the sites (OpeningsChanged)
    case 'GroupRemoved':
      return { ...group, standing: 'removed' };
    default:
      event satisfies never;
      return group;
  }
}

export function addGroup(command: { groupId: string }, group: Group): GroupEvent[] {
  return group.standing === 'unknown' ? [{ type: 'GroupAdded', data: command }] : [];
}

/** A disabled group shows offline (behaviour D6, D19). */
export function setGroupEnabled(command: { enabled: boolean }, group: Group): GroupEvent[] {
  if (group.standing !== 'present') throw new Refusal('not-found', 'There is no such group.');
  if (group.enabled === command.enabled) return [];
  return [{ type: command.enabled ? 'GroupEnabled' : 'GroupDisabled', data: { groupId: group.groupId } }];
}

export function removeGroup(group: Group): GroupEvent[] {
  return group.standing === 'present' ? [{ type: 'GroupRemoved', data: { groupId: group.groupId } }] : [];
}
