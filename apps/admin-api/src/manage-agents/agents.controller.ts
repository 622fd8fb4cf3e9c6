import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SETTINGS, type Settings } from '#config';
import {
  type AddAgentBody,
  addAgentBody,
  agentPage,
  type AgentView,
  agentView as agentViewSchema,
  type ChangeAgentBody,
  changeAgentBody,
  type ListQuery,
  listQuery,
} from '#contract';
import { type AgentRow, changeAgent as changeRow, findAgent, hashPassword, listAgents } from '#directory';
import { addAgent, type Agent, agentFold, removeAgent } from '#domain/agent-presence/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { agentView } from '../agent-view.js';
import { endSessions } from '../end-sessions.js';
import { pageAnswer, pageAsked } from '../pages.js';
import { assertNotAbove } from '../ranks.js';
import { idMade, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { addAgentRows, removeAgentRows } from './agent-rows.js';
import { changesOf } from './changes.js';
import { withKeyedHash } from './keyed-hash.js';

/** Agents: the people who answer in the chat box, and those who look after them. */
@ApiTags('admin: agents')
@Controller('admin/v1/tenants/:tenantId/agents')
export class AgentsController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 201,
    does: 'Adds an agent.',
    schema: agentViewSchema,
    refuses: { 404: ['not-found'], 409: ['already-exists'] },
    idempotent: true,
  })
  async add(
    @Param('tenantId') tenantId: string,
    @Body({ schema: addAgentBody }) body: AddAgentBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<AgentView> {
    const { groupIds, role, password } = body;
    assertNotAbove(caller, role);
    const tenant = await this.scope.present(tenantId);
    const id = this.commands.newId();
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const handled = await this.commands.run(tenant, {
      streamId: `agent-${id}`,
      fold: agentFold,
      caller,
      idempotency: withKeyedHash(idempotency, this.settings.tokenSecret),
      decide: (agent) => addAgent({ agentId: id, groupIds, role }, agent),
      result: { id },
      within: (sql) => addAgentRows(sql, tenantId, { id, ...body, passwordHash }),
    });
    const row = await this.row(tenantId, idMade(handled, id));
    return { ...agentView({ ...row, ...statesOf(handled.state) }), name: body.name, groupIds: [...handled.state.groupIds] };
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists the agents.', schema: agentPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const page = pageAsked('agents', query);
    const rows = await this.scope.read(tenantId, (sql) => listAgents(sql, tenantId, page));
    return pageAnswer('agents', rows, query.limit, agentView);
  }

  @Patch(':agentId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Changes name, activity or the status at sign-in; deactivation ends all sessions and keeps the intent.',
    schema: agentViewSchema,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async change(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Body({ schema: changeAgentBody }) body: ChangeAgentBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<AgentView> {
    const tenant = await this.scope.present(tenantId);
    const { state } = await this.commands.run(tenant, {
      streamId: `agent-${agentId}`,
      fold: agentFold,
      caller,
      idempotency,
      decide: (agent) => {
        if (body.active !== undefined) assertNotAbove(caller, present(agent).role);
        return changesOf(body, present(agent));
      },
      within: async (sql, { events, now }) => {
        await changeRow(sql, tenantId, agentId, body);
        await endSessions(sql, tenantId, events, now);
      },
    });
    const row = await this.row(tenantId, agentId);
    return agentView({ ...row, ...statesOf(state), name: body.name ?? row.name });
  }

  @Delete(':agentId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Removes an agent and ends all sessions; the history stays.',
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `agent-${agentId}`,
      fold: agentFold,
      caller,
      idempotency,
      decide: (agent) => {
        assertNotAbove(caller, present(agent).role);
        return removeAgent(agent);
      },
      within: async (sql, { events, now }) => {
        await removeAgentRows(sql, tenantId, agentId);
        await endSessions(sql, tenantId, events, now);
      },
    });
  }

  /** Also a removed agent's: a repeated command gives its first answer, whatever happened since. */
  private async row(tenantId: string, agentId: string): Promise<AgentRow> {
    const row = await this.scope.read(tenantId, (sql) => findAgent(sql, tenantId, agentId));
    if (!row) throw notFound();
    return row;
  }
}

/** What the events say of an agent, right after the command that answers. */
function statesOf({ standing, statusOnLogin }: Agent): Pick<AgentRow, 'active' | 'statusOnLogin'> {
  return { active: standing === 'active', statusOnLogin };
}

function present(agent: Agent): Agent {
  if (agent.standing === 'unknown' || agent.standing === 'removed') throw notFound();
  return agent;
}
