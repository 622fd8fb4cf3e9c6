import { type Agent, type AgentEvent, agentFold } from '#domain/agent-presence/index';
import type { EventStore, StoredEvent } from '#event-store';
import { readIntervalsOf, type Row, type Sql, type StoredInterval } from '#read-model';
import { differing } from './differing.js';
import type { Findings } from './findings.js';
import { AgentIntervals } from './agent-intervals.js';

/** What is to be written so that an agent's intervals are as the log says. */
export interface IntervalChange {
  readonly put: StoredInterval[];
  readonly remove: number[];
}

/** Events of an agent read at a time. */
const PAGE = 1_000;

/** Folds one agent's stream anew up to a position of the log, tells row by row how its intervals differ, and gives what heals them. */
export async function compareIntervalsOf(
  sql: Sql,
  store: Pick<EventStore, 'readStream'>,
  agent: { readonly partition: number; readonly tenantId: string; readonly agentId: string },
  upTo: number,
  findings: Findings,
): Promise<IntervalChange> {
  const { tenantId, agentId } = agent;
  const change: IntervalChange = { put: [], remove: [] };
  const actual = new Map((await readIntervalsOf(sql, tenantId, agentId)).map((interval) => [interval.position, interval]));
  for (const expected of await intervalsByLog(store, agent, upTo)) {
    const { position } = expected;
    const is = actual.get(position);
    actual.delete(position);
    const differs = is && differing(expected as unknown as Row, is as unknown as Row);
    if (is && !differs) continue;
    change.put.push(expected);
    const place = { tenantId, key: { agent_id: agentId, position } };
    if (differs) findings.interval({ ...place, kind: 'differs', ...differs });
    else findings.interval({ ...place, kind: 'missing', expected: rowOf(expected), actual: null });
  }
  for (const extra of actual.values()) {
    change.remove.push(extra.position);
    findings.interval({ tenantId, key: { agent_id: agentId, position: extra.position }, kind: 'extra', expected: null, actual: rowOf(extra) });
  }
  return change;
}

async function intervalsByLog(
  store: Pick<EventStore, 'readStream'>,
  { partition, tenantId, agentId }: { readonly partition: number; readonly tenantId: string; readonly agentId: string },
  upTo: number,
): Promise<StoredInterval[]> {
  const intervals: StoredInterval[] = [];
  const folding = new AgentIntervals((interval) => intervals.push(interval));
  let agent: Agent | undefined;
  for (let version = 0; ; ) {
    const events = await store.readStream({ tenantId, partition, streamId: `agent-${agentId}` }, version, PAGE);
    for (const event of events) {
      version = event.version;
      if (event.position > upTo) continue;
      const was: Agent = agent ?? agentFold.initial;
      const is: Agent = agentFold.evolve(was, event as StoredEvent & AgentEvent);
      if (is !== was) folding.note(event, agent, (agent = is));
    }
    if (events.length < PAGE) break;
  }
  folding.end();
  return intervals;
}

function rowOf({ tenantId: _tenant, agentId: _agent, ...row }: StoredInterval): Row {
  return row;
}
