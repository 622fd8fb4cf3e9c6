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
import { changeAgent as changeRow, hashPassword, listAgents } from '#directory';
import { addAgent, type Agent, agentFold, removeAgent } from '#domain/agent-presence/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { agentAfter } from '../agent-after.js';
import { agentView } from '../agent-view.js';
import { endSessions } from '../end-sessions.js';
import { assertOwnerRemains } from '../last-owner.js';
import { pageAnswer, pageAsked } from '../pages.js';
import { assertFreeSeat } from '../plan-limits.js';
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
    refuses: { 403: ['plan-limit'], 404: ['not-found'], 409: ['already-exists'] },
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
      within: async (sql) => {
        await assertFreeSeat(sql, tenant);
        await addAgentRows(sql, tenantId, { id, ...body, passwordHash });
      },
    });
    return agentAfter(this.scope, tenantId, idMade(handled, id), handled, body);
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
    does:
      'Changes name, role, activity or the status at sign-in. Deactivation ends all sessions and keeps the intent; another role counts ' +
      'at once, in open sessions too. Nobody gives a role above the own one. ' +
      "A repeated command answers as the first time, but for a name it does not give: that is today's.",
    schema: agentViewSchema,
    refuses: { 403: ['forbidden', 'plan-limit'], 404: ['not-found'], 409: ['last-owner'] },
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
    const handled = await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency,
      decide: (agent) => {
        if (body.active !== undefined || body.role !== undefined) assertNotAbove(caller, present(agent).role);
        if (body.role !== undefined) assertNotAbove(caller, body.role);
        return changesOf(body, present(agent));
      },
      within: async (sql, { events, now }) => {
        if (events.some(({ type }) => type === 'AgentReactivated')) await assertFreeSeat(sql, tenant);
        if (body.active === false || (body.role ?? 'owner') !== 'owner') await assertOwnerRemains(sql, tenantId, agentId, caller);
        await changeRow(sql, tenantId, agentId, body);
        await endSessions(sql, tenantId, events, now);
      },
    });
    return agentAfter(this.scope, tenantId, agentId, handled, body);
  }

  @Delete(':agentId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Removes an agent and ends all sessions; the history stays.',
    refuses: { 403: ['forbidden'], 404: ['not-found'], 409: ['last-owner'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('agentId') agentId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.runOnAgent(tenant, {
      agentId,
      caller,
      idempotency,
      decide: (agent) => {
        assertNotAbove(caller, present(agent).role);
        return removeAgent(agent);
      },
      within: async (sql, { events, now }) => {
        await assertOwnerRemains(sql, tenantId, agentId, caller);
        await removeAgentRows(sql, tenantId, agentId);
        await endSessions(sql, tenantId, events, now);
      },
    });
  }
}

function present(agent: Agent): Agent {
  if (agent.standing === 'unknown' || agent.standing === 'removed') throw notFound();
  return agent;
}
