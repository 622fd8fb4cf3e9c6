import { Refusal } from '../refusal.js';

/** The words a caller must say to let agents drive every group (contract, `confirm`). */
export const AFFECTS_ALL_GROUPS = 'affects-all-groups';

/**
 * behaviour D18: an agent in no group drives every group and the whole site, so leaving the last group needs the caller's word.
 * `agentIds`: the agents who would be in no group afterwards and are in one now. Refuses: `confirmation-required` with them.
 */
export function assertConfirmed(agentIds: readonly string[], confirm: string | undefined): void {
  if (agentIds.length === 0 || confirm === AFFECTS_ALL_GROUPS) return;
  throw new Refusal(
    'confirmation-required',
    `After this, ${agentIds.length === 1 ? 'an agent is' : `${agentIds.length} agents are`} in no group and will drive the status of every group. ` +
      `Say confirm=${AFFECTS_ALL_GROUPS} if that is meant.`,
    { agentIds },
  );
}
