import { createHash } from 'node:crypto';
import { AgentIntervals } from '#apps/projector/src/replay/agent-intervals';
import { ReplayedPartition } from '#apps/projector/src/replay/replayed-partition';
import { createUpcasting, type StoredEvent, type Upcasting } from '#event-store';
import { canonicalJson } from '#http-kit';
import { REPLAYED_TABLES } from '#read-model';
import { IntervalChain } from './interval-chain.js';

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
    const past = new Past();
    const replayed = new ReplayedPartition(
      partition,
      (row) => shown.push(`shown\t${canonicalJson(row)}\n`),
      (event, was, is) => past.ofAgent(`${event.tenantId}\t${is.agentId}`).note(event, was, is),
    );
    const own = events.filter((event) => event.partition === partition);
    replayed.fold(own.map((event) => lifted(event, upcasting)), null);
    // Which box of one event comes first is nobody's promise.
    rows.update(`partition ${partition}\n${[...dumpOf(replayed), ...past.lines()].sort().join('')}${shown.sort().join('')}`);
  }
  return { name, events: events.length, log: log.digest('hex'), rows: rows.digest('hex') };
}

function lifted(event: StoredEvent, upcasting: Upcasting): StoredEvent {
  const { data, version: schemaVersion } = upcasting.lift(event.type, event.schemaVersion, event.data);
  return { ...event, data, schemaVersion };
}

/** The intervals of all agents. */
class Past {
  private readonly agents = new Map<string, { readonly chain: IntervalChain; readonly intervals: AgentIntervals }>();

  ofAgent(key: string): AgentIntervals {
    let agent = this.agents.get(key);
    if (!agent) {
      const chain = new IntervalChain();
      this.agents.set(key, (agent = { chain, intervals: new AgentIntervals((interval) => chain.add(interval)) }));
    }
    return agent.intervals;
  }

  /** To be asked once: there is nothing more to come. */
  lines(): string[] {
    return [...this.agents].map(([key, { chain, intervals }]) => {
      intervals.end();
      return `intervals\t${key}\t${chain.text}\n`;
    });
  }
}

/** Every row, one a line, without the folded state: what a later release keeps in there is its own affair, what it shows is not. */
function dumpOf(replayed: ReplayedPartition): string[] {
  const lines: string[] = [];
  for (const tenantId of replayed.tenants.keys()) {
    for (const { name } of REPLAYED_TABLES) {
      for (const key of replayed.keysOf(name, tenantId)) lines.push(`${name}\t${tenantId}\t${key.join(' ')}\t${canonicalJson({ ...replayed.rowOf(name, tenantId, key), state: undefined })}\n`);
    }
  }
  return lines;
}
