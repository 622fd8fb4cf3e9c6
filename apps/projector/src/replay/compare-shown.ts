import { readShownRows, type Row, type Sql, type StoredShown } from '#read-model';
import { differing } from './differing.js';
import type { Findings } from './findings.js';
import type { ExpectedShown } from './replayed-partition.js';

/** Rows read at a time. */
const PAGE = 1_000;
/** Expected rows without a partner that are waited for: beyond that the oldest is missing. Far more than one event makes. */
const MAX_WAITING = 20_000;

/**
 * Compares the shown log with what the event log says was shown, side by side, while the event log is folded: both are append-only, so what
 * stands below a checkpoint is the same before and after. Which box of one event comes first is nobody's promise, so rows meet by their id.
 * Holds only what has not met yet.
 */
export class ShownComparison {
  private readonly expected = new Map<string, ExpectedShown>();
  private readonly actual = new Map<string, StoredShown>();
  private seq = 0;

  /** @param tenantId null: all of the partition */
  constructor(
    private readonly partition: number,
    private readonly tenantId: string | null,
    private readonly findings: Findings,
  ) {}

  expect(shown: ExpectedShown): void {
    const actual = this.actual.get(shown.eventId);
    if (actual) this.meet(shown, actual);
    else this.expected.set(shown.eventId, shown);
    if (this.expected.size <= MAX_WAITING) return;
    for (const oldest of this.expected.values()) return this.missing(oldest);
  }

  /** Reads as many rows as are waited for. */
  async catchUp(sql: Sql): Promise<void> {
    while (this.expected.size > this.actual.size) {
      const rows = await this.read(sql, Math.min(PAGE, this.expected.size - this.actual.size));
      for (const row of rows) this.take(row, () => this.actual.set(row.eventId, row));
      if (rows.length === 0) return;
    }
  }

  /** Reads the rest, up to the last row that belongs to the checkpoint; what found no partner differs. */
  async finish(sql: Sql, shownSeq: number): Promise<void> {
    for (const row of this.actual.values()) this.extra(row);
    while (this.seq < shownSeq) {
      const rows = await this.read(sql, PAGE);
      for (const row of rows) this.take(row, () => this.extra(row));
      if (rows.length === 0) break;
    }
    for (const row of this.expected.values()) this.missing(row);
  }

  private async read(sql: Sql, limit: number): Promise<StoredShown[]> {
    const rows = await readShownRows(sql, this.partition, this.tenantId, this.seq, limit);
    this.seq = rows.at(-1)?.seq ?? this.seq;
    return rows;
  }

  private take(actual: StoredShown, otherwise: () => void): void {
    const expected = this.expected.get(actual.eventId);
    if (expected) this.meet(expected, actual);
    else otherwise();
  }

  private meet(expected: ExpectedShown, actual: StoredShown): void {
    this.expected.delete(expected.eventId);
    this.actual.delete(actual.eventId);
    const differs = differing(expected.row, actual.row);
    if (differs) this.findings.shown({ tenantId: expected.tenantId, key: keyOf(expected.row), kind: 'differs', ...differs });
  }

  private missing({ eventId, tenantId, row }: ExpectedShown): void {
    this.expected.delete(eventId);
    this.findings.shown({ tenantId, key: keyOf(row), kind: 'missing', expected: row, actual: null });
  }

  private extra({ eventId, row }: StoredShown): void {
    this.actual.delete(eventId);
    this.findings.shown({ tenantId: String(row['tenant_id']), key: keyOf(row), kind: 'extra', expected: null, actual: row });
  }
}

function keyOf({ site_id, group_id, version }: Row): Row {
  return { site_id, group_id, version };
}
