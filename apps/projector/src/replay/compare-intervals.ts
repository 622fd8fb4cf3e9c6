import type { PoolClient } from 'pg';
import { type Agent, type AgentEvent, agentFold } from '#domain/agent-presence/index';
import type { LogReader } from '#event-store';
import { type AgentAddress, readIntervalsOf, type Row, type StoredInterval } from '#read-model';
import type { IntervalChange, IntervalKey } from '#read-model/write';
import { AgentIntervals } from './agent-intervals.js';
import { STATEMENT_MS } from './compare-rows.js';
import { differing } from './differing.js';
import type { DifferingAgent, Findings } from './findings.js';

/** The log up to the position at which its partition is compared. */
export interface ComparedLog {
  readonly reader: LogReader;
  readonly partition: number;
  readonly upTo: number;
}

/** Intervals looked at together: a tenth of a second of work, some megabytes. An agent with more is looked at alone. */
const TOGETHER = 10_000;

/** Folds the streams of agents anew, tells row by row how their intervals differ, and gives, group by group, what heals them. */
export async function* compareIntervalsOf(
  sql: PoolClient,
  log: ComparedLog,
  agents: readonly DifferingAgent[],
  findings: Findings,
): AsyncGenerator<IntervalChange> {
  for (const group of inGroups(agents)) yield await compareGroup(sql, log, group, findings);
}

async function compareGroup(sql: PoolClient, log: ComparedLog, agents: readonly AgentAddress[], findings: Findings): Promise<IntervalChange> {
  const put: StoredInterval[] = [];
  const remove: IntervalKey[] = [];
  const nameOf = ({ tenantId, agentId, position }: IntervalKey): string => `${tenantId} ${agentId} ${position}`;
  const actual = new Map((await readIntervalsOf(sql, agents)).map((interval) => [nameOf(interval), interval]));
  await intervalsByLog(sql, log, agents, (expected) => {
    const name = nameOf(expected);
    const is = actual.get(name);
    actual.delete(name);
    const differs = is && differing(expected as unknown as Row, is as unknown as Row);
    if (is && !differs) return;
    put.push(expected);
    if (differs) findings.interval({ ...placeOf(expected), kind: 'differs', ...differs });
    else findings.interval({ ...placeOf(expected), kind: 'missing', expected: rowOf(expected), actual: null });
  });
  for (const extra of actual.values()) {
    remove.push(extra);
    findings.interval({ ...placeOf(extra), kind: 'extra', expected: null, actual: rowOf(extra) });
  }
  return { put, remove };
}

/** Agents one after the other, the intervals of each in the order of its events. */
async function intervalsByLog(
  sql: PoolClient,
  { reader, partition, upTo }: ComparedLog,
  agents: readonly AgentAddress[],
  keep: (interval: StoredInterval) => void,
): Promise<void> {
  const streams = agents.map(({ tenantId, agentId }) => ({ tenantId, streamId: `${agentFold.category}-${agentId}` }));
  let [tenantId, agentId] = ['', ''];
  let agent: Agent | undefined;
  let folding = new AgentIntervals(keep);
  await reader.streams(sql, { partition, streams, upTo }, (event) => {
    const whose = (event.data as { agentId: string }).agentId;
    if (whose !== agentId || event.tenantId !== tenantId) {
      folding.end();
      [tenantId, agentId, agent, folding] = [event.tenantId, whose, undefined, new AgentIntervals(keep)];
    }
    const was: Agent = agent ?? agentFold.initial;
    const is: Agent = agentFold.evolve(was, event as typeof event & AgentEvent);
    if (is !== was) folding.note(event, agent, (agent = is));
  }, STATEMENT_MS);
  folding.end();
}

function* inGroups(agents: readonly DifferingAgent[]): Generator<readonly AgentAddress[]> {
  let group: AgentAddress[] = [];
  let intervals = 0;
  for (const agent of agents) {
    if (group.length > 0 && intervals + agent.intervals > TOGETHER) {
      yield group;
      group = [];
      intervals = 0;
    }
    group.push(agent);
    intervals += agent.intervals;
  }
  if (group.length > 0) yield group;
}

function placeOf({ tenantId, agentId, position }: IntervalKey): { readonly tenantId: string; readonly key: Row } {
  return { tenantId, key: { agent_id: agentId, position } };
}

function rowOf({ tenantId: _tenant, agentId: _agent, ...row }: StoredInterval): Row {
  return row;
}
