import type { PoolClient } from 'pg';
import { readNames } from '#directory';
import { assertConfirmed } from '#domain/tenant-settings/index';
import { Problem } from '#http-kit';

/**
 * behaviour D18, told by name: refuses with `confirmation-required` and `agents: [{id, name}]` unless the caller has said that agents
 * may end up in no group. `agentIds`: those who would.
 */
export async function assertConfirmedByName(
  sql: PoolClient,
  tenantId: string,
  agentIds: readonly string[],
  confirm: string | undefined,
): Promise<void> {
  try {
    assertConfirmed(agentIds, confirm);
  } catch (refusal) {
    if (!(refusal instanceof Error) || refusal.name !== 'Refusal') throw refusal;
    const { code, detail } = refusal as Error & { code: string; detail: string };
    const names = await readNames(sql, tenantId, agentIds);
    throw new Problem(code, detail, { agents: agentIds.map((id) => ({ id, name: names.get(id) ?? '' })) }, { cause: refusal });
  }
}
