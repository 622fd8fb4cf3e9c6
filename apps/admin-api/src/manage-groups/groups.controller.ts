import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type AddGroupBody,
  addGroupBody,
  type ChangeGroupBody,
  changeGroupBody,
  groupPage,
  type GroupView,
  groupView,
  type ListQuery,
  listQuery,
  type RemoveGroupQuery,
  removeGroupQuery,
} from '#contract';
import { addGroup as addRow, changeGroup as changeRow, findGroup, type GroupRow, listGroups, listSiteIds } from '#directory';
import { addGroup, type Group, groupFold, removeGroup, setGroupEnabled } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { wakeSites, writeHours } from '#openings';
import { pageAnswer, pageAsked } from '../pages.js';
import { idMade, TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';
import { removeGroupRows } from './remove-group-rows.js';

/** Groups: agents in one drive only its status (rule 7). */
@ApiTags('admin: groups')
@Controller('admin/v1/tenants/:tenantId/groups')
export class GroupsController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 201, does: 'Adds a group.', schema: groupView, refuses: { 404: ['not-found'] }, idempotent: true })
  async add(
    @Param('tenantId') tenantId: string,
    @Body({ schema: addGroupBody }) body: AddGroupBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<GroupView> {
    const tenant = await this.scope.present(tenantId);
    const id = this.commands.newId();
    const handled = await this.commands.run(tenant, {
      streamId: `group-${id}`,
      fold: groupFold,
      caller,
      idempotency,
      decide: (group) => addGroup({ groupId: id }, group),
      result: { id },
      within: (sql) => addRow(sql, tenantId, { id, ...body }),
    });
    return this.answer(tenantId, idMade(handled, id), body, handled.state);
  }

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Lists the groups.', schema: groupPage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: listQuery }) query: ListQuery) {
    const page = pageAsked('groups', query);
    const rows = await this.scope.read(tenantId, (sql) => listGroups(sql, tenantId, page));
    return pageAnswer('groups', rows, query.limit, view);
  }

  @Get(':groupId')
  @Allow('platform', 'owner', 'manager', 'auditor')
  @Answers({ status: 200, does: 'Shows a group.', schema: groupView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('groupId') groupId: string): Promise<GroupView> {
    const row = await this.scope.read(tenantId, (sql) => findGroup(sql, tenantId, groupId));
    if (!row || row.removed) throw notFound();
    return view(row);
  }

  @Patch(':groupId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 200,
    does: 'Changes the name, or switches the group off and on.',
    schema: groupView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async change(
    @Param('tenantId') tenantId: string,
    @Param('groupId') groupId: string,
    @Body({ schema: changeGroupBody }) body: ChangeGroupBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<GroupView> {
    const tenant = await this.scope.present(tenantId);
    const { state } = await this.commands.run(tenant, {
      streamId: `group-${groupId}`,
      fold: groupFold,
      caller,
      idempotency,
      // A name is no fact of the log: people's words stay in the directory.
      decide: (group) => (body.enabled === undefined ? [] : setGroupEnabled({ enabled: body.enabled }, present(group))),
      within: async (sql, decided) => {
        present(decided.state);
        await changeRow(sql, tenantId, groupId, body);
      },
    });
    return this.answer(tenantId, groupId, body, state);
  }

  @Delete(':groupId')
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 204,
    does: 'Removes a group; asks for confirmation if agents would be in no group afterwards and so drive every group (behaviour D18).',
    refuses: { 404: ['not-found'], 409: ['confirmation-required'] },
    idempotent: true,
  })
  async remove(
    @Param('tenantId') tenantId: string,
    @Param('groupId') groupId: string,
    @Query({ schema: removeGroupQuery }) query: RemoveGroupQuery,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run(tenant, {
      streamId: `group-${groupId}`,
      fold: groupFold,
      caller,
      idempotency,
      decide: (group) => removeGroup(present(group)),
      within: async (sql) => {
        await removeGroupRows(sql, tenantId, groupId, query.confirm);
        await writeHours(sql, tenantId, { kind: 'group', id: groupId }, null);
        await wakeSites(sql, tenant, await listSiteIds(sql, tenantId));
      },
    });
  }

  /** The group as the command left it: a repeated one gives its first answer, whatever happened since. */
  private async answer(tenantId: string, groupId: string, { name }: ChangeGroupBody, { enabled }: Group): Promise<GroupView> {
    const row = await this.scope.read(tenantId, (sql) => findGroup(sql, tenantId, groupId));
    if (!row) throw notFound();
    return view({ ...row, name: name ?? row.name, enabled });
  }
}

function present(group: Group): Group {
  if (group.standing !== 'present') throw notFound();
  return group;
}

function view({ id, name, enabled }: GroupRow): GroupView {
  return { id, name, enabled };
}
