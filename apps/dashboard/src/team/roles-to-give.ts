import { isOwner, type Role } from '../session/rights.js';

/** Nobody gives a role above the own one. */
export function rolesToGive(): readonly Role[] {
  return isOwner() ? ['agent', 'auditor', 'manager', 'owner'] : ['agent', 'auditor', 'manager'];
}
