import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type ConversationEventBody, conversationEventBody, conversationParams, type ConversationView, conversationView, rfc3339 } from '#contract';
import type { Conversation, ConversationEvent } from '#domain/conversations/index';
import { Allow, Answers, Caller, IdempotencyKey, type IdempotencyOf, type Principal } from '#http-kit';
import { type ConversationAsked, ConversationCommands, type ReadyCommand } from '../conversation-commands.js';
import { TenantCommands } from '../tenant-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** What the chat platform reports of its conversations: it decides which notices are due (behaviour D16) and which boxes stay open (D17). */
@ApiTags('admin: conversations')
@Controller('admin/v1/tenants/:tenantId/conversations/:conversationId/events')
export class ReportConversationsController {
  constructor(
    private readonly conversations: ConversationCommands,
    private readonly commands: TenantCommands,
    private readonly scope: TenantScope,
  ) {}

  @Post()
  @Allow('platform', 'owner', 'manager')
  @Answers({
    status: 202,
    does: "Reports a visitor's message, an agent's reply or the end of a conversation. `{conversationId}` is the platform's own.",
    schema: conversationView,
    refuses: { 404: ['not-found'] },
    idempotent: true,
  })
  async report(
    @Param({ schema: conversationParams }) { tenantId, conversationId }: { tenantId: string; conversationId: string },
    @Body({ schema: conversationEventBody }) { type, siteId, groupId, visitor: visitorId }: ConversationEventBody,
    @Caller() caller: Principal,
    @IdempotencyKey() idempotency: IdempotencyOf | undefined,
  ): Promise<ConversationView> {
    const tenant = await this.scope.present(tenantId);
    const { command, committed } = this.commandOf(type, {
      tenant,
      address: { conversationId, siteId, groupId: groupId ?? null, visitorId },
      unknownGroup: 'is-refused',
    });
    const { state } = await this.commands.run<Conversation, ConversationEvent>(tenant, { ...command, caller, idempotency });
    committed();
    return {
      id: conversationId,
      siteId,
      groupId: state.groupId ?? groupId ?? null,
      visitor: visitorId,
      state: state.standing === 'open' ? 'open' : 'ended',
      waitingSince: state.silence && rfc3339(state.silence.since),
    };
  }

  private commandOf(type: ConversationEventBody['type'], asked: ConversationAsked): ReadyCommand {
    switch (type) {
      case 'visitor-message':
        return this.conversations.message(asked, null);
      case 'agent-reply':
        return this.conversations.reply(asked);
      case 'ended':
        return this.conversations.end(asked);
    }
  }
}
