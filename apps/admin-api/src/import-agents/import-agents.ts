import { Inject, Injectable } from '@nestjs/common';
import type { ImportReport, ImportResult } from '#contract';
import type { TenantRow } from '#directory';
import { EVENT_STORE, type EventStore, IdempotencyKeyReused } from '#event-store';
import { type InputFault, Problem } from '#http-kit';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { type ImportRun, Meanwhile, PartWriter, RefusedLines, resultOfPlan } from './write-part.js';
import type { Line } from './line.js';
import { type Known, type Planned, planLine } from './plan-line.js';
import { readKnown } from './read-known.js';

/** Lines of one transaction: long enough to share a commit, short enough that nobody waits for the partition's head for long. */
const PART = 250;

/** Others may write to the same agents meanwhile: so often a part is read and decided anew before its lines are refused. */
const RETRIES = 3;

/**
 * Imports agents, line by line. What is stored is stored part by part, so nothing that was done is lost if the process ends in the middle:
 * the same import again goes on where it stopped, because addresses tell who is there, and with an idempotency key every line gives its
 * first answer again.
 */
@Injectable()
export class ImportAgents {
  private readonly writer: PartWriter;

  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {
    this.writer = new PartWriter(store);
  }

  /** Says what would happen; stores nothing. */
  async rehearse(tenant: TenantRow, lines: readonly Line[], run: ImportRun): Promise<ImportReport> {
    const known = await this.scope.read(tenant.id, (sql) => readKnown(sql, tenant, lines, run.caller));
    return reportOf(forecast(lines, known, run), false);
  }

  /**
   * Carries it out. Refuses: `import-refused` with the report if `atomic` and a line is refused; `idempotency-key-reused`; `not-found` if
   * the tenant is removed meanwhile.
   */
  async carryOut(tenant: TenantRow, lines: readonly Line[], run: ImportRun, atomic: boolean): Promise<ImportReport> {
    await this.wasBegun(tenant, run);
    const unreadable = lines.filter(({ wish }) => !wish);
    if (atomic && unreadable.length > 0) return this.refuseAll(tenant, lines, run);
    const results = new Map(unreadable.map((line) => [line, refusedLine(line, 'invalid-body', line.faults)]));
    const readable = lines.filter(({ wish }) => wish);
    const size = atomic ? Math.max(readable.length, 1) : PART;
    let position: number | null = null;
    for (let start = 0; start < readable.length; start += size) {
      const part = readable.slice(start, start + size);
      const written = await this.writePart(tenant, part, { ...run, atomic, first: start === 0 });
      if (written === 'refused') return this.refuseAll(tenant, lines, run);
      part.forEach((line, index) => results.set(line, written.results[index] ?? refusedLine(line, 'conflict', [])));
      position = written.position ?? position;
    }
    await this.commands.shown(tenant.partition, position);
    return reportOf(lines.flatMap((line) => results.get(line) ?? []), true);
  }

  private async writePart(tenant: TenantRow, part: readonly Line[], run: ImportRun & { atomic: boolean; first: boolean }) {
    for (let retries = 0; ; retries += 1) {
      const known = await this.scope.read(tenant.id, (sql) => readKnown(sql, tenant, part, run.caller));
      const unlocked = forecast(part, known, run);
      if (!run.idempotency && !run.atomic && unlocked.every(({ outcome }) => outcome === 'unchanged' || outcome === 'refused')) {
        return { results: unlocked, position: null }; // as of this moment there is nothing to write
      }
      // A session that has run out by now ends so, and not because its agent is switched off.
      for (const { wish } of part) {
        const agent = wish?.active === false ? known.agents.get(wish.email) : undefined;
        if (agent?.active) await this.commands.recordLapses(tenant, agent.id);
      }
      try {
        const remembers = run.first && !(await this.wasBegun(tenant, run));
        return await this.writer.write(tenant, part, known, { ...run, remembers });
      } catch (error) {
        if (error instanceof RefusedLines) return 'refused';
        if (!(error instanceof Meanwhile)) throw error;
        const detail = 'others were changing the same agents at the same moment: send the line again';
        if (retries === RETRIES) return { results: part.map((line) => refusedLine(line, 'conflict', [{ pointer: '', detail }])), position: null };
      }
    }
  }

  private async refuseAll(tenant: TenantRow, lines: readonly Line[], run: ImportRun): Promise<never> {
    const report = await this.rehearse(tenant, lines, run);
    const [first] = report.results.filter(({ outcome }) => outcome === 'refused');
    const detail = `${report.refused} of ${report.lines} lines were refused, the first of them line ${first?.line ?? '?'}. Nothing was stored.`;
    throw new Problem('import-refused', detail, { report });
  }

  /** Whether this very import was begun before. Refuses: `idempotency-key-reused`. */
  private async wasBegun(tenant: TenantRow, { idempotency }: ImportRun): Promise<boolean> {
    const recorded = idempotency && (await this.store.findCommand(tenant.partition, tenant.id, idempotency.commandId));
    if (recorded && recorded.requestHash !== idempotency.requestHash) throw new IdempotencyKeyReused(idempotency.commandId);
    return Boolean(recorded);
  }
}

/** What every line would come to; the owners of `known` stay as they are. */
function forecast(lines: readonly Line[], known: Known, run: ImportRun): ImportResult[] {
  const copy = { ...known, owners: known.owners && new Set(known.owners) };
  return lines.map((line) => resultOfPlan(line, planned(line, copy, run)));
}

function planned({ wish, faults }: Line, known: Known, run: ImportRun): Planned {
  return wish ? planLine(wish, known, run, '') : { outcome: 'refused', code: 'invalid-body', errors: faults };
}

function refusedLine(line: Line, code: string, errors: readonly InputFault[]): ImportResult {
  return resultOfPlan(line, { outcome: 'refused', code, errors });
}

function reportOf(results: ImportResult[], stored: boolean): ImportReport {
  const count = (outcome: ImportResult['outcome']): number => results.filter((result) => result.outcome === outcome).length;
  return {
    stored,
    lines: results.length,
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    results,
  };
}
