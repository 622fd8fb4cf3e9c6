import type { AgentAddress, ReplayedTable, Row } from '#read-model';
import { type Difference, DIFFERENCES_KEPT } from '#replays';

/** What is to be written so that a table is as the log says. */
export interface TableChange {
  readonly table: ReplayedTable;
  readonly put: Row[];
  readonly remove: Row[];
}

/** An agent whose intervals are not as the log says. */
export interface DifferingAgent extends AgentAddress {
  /** How many there are, or ought to be: whichever is more. */
  readonly intervals: number;
}

/** What a comparison found: counted in full, told as far as it is kept, and what heals it. */
export class Findings {
  /** The first differences, row by row. */
  readonly kept: Difference[] = [];
  /** Differing rows by tenant. */
  readonly byTenant = new Map<string, number>();
  readonly tables = new Map<string, TableChange>();
  /** Agents whose intervals have to be looked at row by row. */
  readonly agents: DifferingAgent[] = [];
  shownDrift = 0;
  /** The first differences of the shown log. */
  readonly keptShown: Difference[] = [];
  private total = 0;

  get drift(): number {
    return this.total;
  }

  /** Tenants with anything that can be healed. */
  get tenants(): string[] {
    const ofRows = [...this.tables.values()].flatMap(({ put, remove }) => [...put, ...remove].map((row) => String(row['tenant_id'])));
    return [...new Set([...ofRows, ...this.agents.map(({ tenantId }) => tenantId)])];
  }

  /** @param expected the whole row that the log says; null: none */
  row(table: ReplayedTable, difference: Omit<Difference, 'table'>, expected: Row | null): void {
    this.note({ table: table.name, ...difference });
    let change = this.tables.get(table.name);
    if (!change) this.tables.set(table.name, (change = { table, put: [], remove: [] }));
    const key = { tenant_id: difference.tenantId, ...difference.key };
    if (expected) change.put.push({ ...key, ...expected });
    else change.remove.push(key);
  }

  agent(agent: DifferingAgent): void {
    this.agents.push(agent);
  }

  /** Of the shown log, which is never healed. */
  shown(difference: Omit<Difference, 'table'>): void {
    this.shownDrift += 1;
    if (this.keptShown.length < DIFFERENCES_KEPT) this.keptShown.push({ table: 'shown', ...difference });
  }

  /** Takes over what another comparison found in the shown log. */
  takeShown({ keptShown, shownDrift }: Findings): void {
    this.keptShown.push(...keptShown);
    this.shownDrift += shownDrift;
  }

  interval(difference: Omit<Difference, 'table'>): void {
    this.note({ table: 'agent_interval', ...difference });
  }

  private note(difference: Difference): void {
    this.total += 1;
    this.byTenant.set(difference.tenantId, (this.byTenant.get(difference.tenantId) ?? 0) + 1);
    if (this.kept.length < DIFFERENCES_KEPT) this.kept.push(difference);
  }
}
