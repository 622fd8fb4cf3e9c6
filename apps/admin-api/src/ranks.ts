import type { Role } from '#domain/agent-presence/index';
import { Problem, type Principal } from '#http-kit';

const RANK: Readonly<Record<Role, number>> = { owner: 3, manager: 2, auditor: 1, agent: 0 };

/** Whether a caller may give a role, or touch the access of somebody who has it. */
export function reaches(caller: Principal, role: Role): boolean {
  return caller.kind === 'platform' || RANK[role] <= RANK[caller.role];
}

/** Nobody hands out a role above the own one, or takes the access of somebody who has one. Refuses: `forbidden`. */
export function assertNotAbove(caller: Principal, role: Role): void {
  if (reaches(caller, role)) return;
  throw new Problem('forbidden', `Your role does not reach as far as ${role}: ask somebody of that role.`);
}
