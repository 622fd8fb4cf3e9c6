import { Body, Controller, Inject, Put } from '@nestjs/common';
import {
  afterOverdue, type Agent, type AgentEvent, agentFold, changeStatus, STATUS_TIMER, type StatusView,
} from '#domain/agent-presence/index';
import { type AgentState, agentState, agentStateOf, type ChangeStatusBody, changeStatusBody } from '#contract';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { actorOf, type AgentPrincipal, Allow, Answers, IdempotencyKey, type IdempotencyOf, Problem, SessionOf } from '#http-kit';
import { setAlarm } from '#leases';
import { agentStream, loadOwnAgent, stateOf } from '../agent-stream.js';
import { Beats } from '../beats.js';

@Controller('agent/v1/status')
export class ChangeStatusController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly beats: Beats,
  ) {}

  /** Rule 1 of the page; a beat as well, also to the same status (behaviour D8). */
  @Put()
  @Allow('session')
  @Answers({
    status: 200,
    does: 'Turns the switch. A device that has seen another version is refused and told the present state.',
    schema: agentState,
    idempotent: true,
    refuses: {
      401: ['unauthenticated', 'signed-out'],
      409: ['version-conflict', 'conflict'],
      410: ['session-expired'],
      422: ['invalid-body', 'until-out-of-range', 'idempotency-key-reused'],
    },
  })
  async change(
    @Body({ schema: changeStatusBody }) body: ChangeStatusBody,
    @SessionOf() session: AgentPrincipal,
    @IdempotencyKey() idempotency?: IdempotencyOf,
  ): Promise<AgentState> {
    // Before the command: once sight is claimed for a later instant, this beat has to be among those that were taken.
    await this.beats.beatWithCommand(session);
    const { sessionId, tenantId, partition, agentId } = session;
    const { status, expectedVersion } = body;
    const until = body.until === undefined ? undefined : Date.parse(body.until);
    const wish = { sessionId, status, ...(until === undefined ? {} : { until }), ...(expectedVersion === undefined ? {} : { expectedVersion }) };
    const handled = await handleCommand<Agent, AgentEvent>(this.store, {
      stream: agentStream(session),
      fold: agentFold,
      decide: afterOverdue((agent, now) => changeStatus(wish, agent, now)),
      actor: actorOf(session),
      ...(idempotency ? { idempotency } : {}),
      // A status for a while needs its alarm, set in the same transaction (behaviour D15); all others share the pack of a group commit.
      ...(until === undefined
        ? {}
        : { within: (sql) => setAlarm(sql, { tenantId, partition, kind: STATUS_TIMER, subjectId: agentId, dueAt: until }) }),
    }).catch(withReadableState);
    // the first answer is given again only to a session that may still speak
    if (handled.repeated) await loadOwnAgent(this.store, session);
    return stateOf(handled.state);
  }
}

/** The refusal of a stale device carries the present state, that of a time its pointer; outside the domain times are RFC 3339. */
function withReadableState(error: unknown): never {
  const { code, detail, extra } = error as { code?: string; detail?: string; extra?: { state?: StatusView } };
  if (code === 'until-out-of-range') throw new Problem(code, detail ?? '', { errors: [{ pointer: '/until', detail: detail ?? '' }] });
  if (code === 'version-conflict' && extra?.state) throw new Problem(code, detail ?? '', { state: agentStateOf(extra.state) });
  throw error;
}
