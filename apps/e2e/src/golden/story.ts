import { createHash } from 'node:crypto';
import { ReplayedPartition } from '#apps/projector/src/replay/replayed-partition';
import { createUpcasting, type StoredEvent, type Upcasting } from '#event-store';
import { canonicalJson } from '#http-kit';
import { REPLAYED_TABLES } from '#read-model';

/** A log as some release has written it. */
export interface Story {
  readonly name: string;
  /** As stored: data in the shape of `schemaVersion`. By partition and position. */
  readonly events: readonly StoredEvent[];
}

/** What a story has to give, for ever. SHA-256, hexadecimal. */
export interface Outcome {
  readonly name: string;
  readonly events: number;
  /** Of the log itself. */
  readonly log: string;
  /** Of a canonical dump of everything that follows from it: rows, intervals, what was shown. */
  readonly rows: string;
}

/** Folds a story by today's code and upcasters. */
export function play({ name, events }: Story, upcasting: Upcasting = createUpcasting()): Outcome {
  const log = createHash('sha256');
  const rows = createHash('sha256');
  for (const event of events) log.update(`${canonicalJson(event)}\n`);
  for (const partition of [...new Set(events.map((event) => event.partition))].sort((a, b) => a - b)) {
    const shown: string[] = [];
    const replayed = new ReplayedPartition(partition, (row) => shown.push(`shown\t${canonicalJson(row)}\n`));
    const own = events.filter((event) => event.partition === partition);
    replayed.fold({ events: own.map((event) => lifted(event, upcasting)), lines: '' });
    // Which box of one event comes first is nobody's promise.
    rows.update(`partition ${partition}\n${dumpOf(replayed).join('')}${shown.sort().join('')}`);
  }
  return { name, events: events.length, log: log.digest('hex'), rows: rows.digest('hex') };
}

function lifted(event: StoredEvent, upcasting: Upcasting): StoredEvent {
  const { data, version: schemaVersion } = upcasting.lift(event.type, event.schemaVersion, event.data);
  return { ...event, data, schemaVersion };
}

/** Every row, one a line, in one order, without the folded state: what a later release keeps in there is its own affair, what it shows is not. */
function dumpOf(replayed: ReplayedPartition): string[] {
  const lines: string[] = [];
  for (const [tenantId, { intervals }] of replayed.tenants) {
    for (const { name } of REPLAYED_TABLES) {
      for (const key of replayed.keysOf(name, tenantId)) lines.push(`${name}\t${tenantId}\t${key.join(' ')}\t${canonicalJson({ ...replayed.rowOf(name, tenantId, key), state: undefined })}\n`);
    }
    for (const [agentId, ofAgent] of intervals) lines.push(`intervals\t${tenantId}\t${agentId}\t${ofAgent.chain().text}\n`);
  }
  return lines.sort();
}
