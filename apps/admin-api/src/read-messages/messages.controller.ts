import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { messagePage, type MessagesQuery, messagesQuery, type MessageView, messageView, rfc3339 } from '#contract';
import { eraseMessage, findMessage, listMessages, type Message } from '#conversations';
import { type Tenant, type TenantEvent, tenantFold } from '#domain/tenant-settings/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, notFound, type Principal } from '#http-kit';
import { pageAnswer, pageAsked } from '../pages.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** The inbox: what visitors wrote, for whoever answers them (behaviour D27). */
@ApiTags('admin: conversations')
@Controller('admin/v1/tenants/:tenantId/messages')
export class MessagesController {
  constructor(
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Get()
  @Allow('platform', 'owner', 'manager', 'auditor', 'agent')
  @Answers({ status: 200, does: "Lists visitors' messages, newest first.", schema: messagePage, refuses: { 404: ['not-found'] } })
  async list(@Param('tenantId') tenantId: string, @Query({ schema: messagesQuery }) query: MessagesQuery) {
    const { after: before, limit } = pageAsked('messages', query);
    const { siteId, since } = query;
    const asked = { before, limit, siteId, since: since === undefined ? undefined : Date.parse(since) };
    const rows = await this.scope.read(tenantId, (sql) => listMessages(sql, tenantId, asked));
    return pageAnswer('messages', rows, query.limit, view);
  }

  @Get(':messageId')
  @Allow('platform', 'owner', 'manager', 'auditor', 'agent')
  @Answers({ status: 200, does: 'Shows a message.', schema: messageView, refuses: { 404: ['not-found'] } })
  async show(@Param('tenantId') tenantId: string, @Param('messageId') messageId: string): Promise<MessageView> {
    const message = await this.scope.read(tenantId, (sql) => findMessage(sql, tenantId, messageId));
    if (!message) throw notFound();
    return view(message);
  }

  @Delete(':messageId')
  @Allow('platform', 'owner', 'manager')
  @Answers({ status: 204, does: 'Erases a message for good; its id stays in the log.', refuses: { 404: ['not-found'] }, idempotent: true })
  async erase(
    @Param('tenantId') tenantId: string,
    @Param('messageId') messageId: string,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<void> {
    const tenant = await this.scope.present(tenantId);
    await this.commands.run<Tenant, TenantEvent>(tenant, {
      streamId: `tenant-${tenantId}`,
      fold: tenantFold,
      caller,
      idempotency,
      target: { kind: 'message', id: messageId },
      decide: () => [], // it is personal data: the log never held more than its id
      within: async (sql) => {
        if (!(await eraseMessage(sql, tenantId, messageId))) throw notFound();
      },
    });
  }
}

function view({ receivedAt, ...message }: Message): MessageView {
  return { ...message, receivedAt: rfc3339(receivedAt) };
}
