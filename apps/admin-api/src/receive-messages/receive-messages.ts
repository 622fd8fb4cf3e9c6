import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { visitorMessage, type VisitorMessage, type VisitorMessageAnswer } from '#contract';
import { addMessage } from '#conversations';
import { holdTenant } from '#directory';
import type { Conversation, ConversationEvent } from '#domain/conversations/index';
import { EVENT_STORE, type EventStore, handleCommand } from '#event-store';
import { notFound, Problem, problemOf } from '#http-kit';
import { type Bus, BUS } from '#messaging';
import { type Logger, LOGGER } from '#observability';
import { ConversationCommands } from '../conversation-commands.js';
import { TenantScope } from '../tenant-scope.js';

/** Stores what visitors write, for the widget's door (behaviour D27): the message in its table, its id in the log, nothing without the other. */
@Injectable()
export class ReceiveMessages implements OnApplicationBootstrap, OnApplicationShutdown {
  private silence: (() => void) | undefined;

  constructor(
    private readonly conversations: ConversationCommands,
    private readonly scope: TenantScope,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.silence = this.bus.reply<unknown, VisitorMessageAnswer>('visitor-messages', (asked) => this.answer(asked));
  }

  onApplicationShutdown(): void {
    this.silence?.();
  }

  private async answer(asked: unknown): Promise<VisitorMessageAnswer> {
    try {
      return { messageId: await this.receive(visitorMessage.parse(asked)) };
    } catch (error) {
      const { code, detail, extra } = problemOf(error);
      if (code === 'internal') this.log.error({ err: error, ...whose(asked) }, "a visitor's message could not be stored");
      return { problem: { code, detail, extra } };
    }
  }

  /** Refuses: `not-found`, `email-required`, `idempotency-key-reused`. Gives the id of the message. */
  private async receive({ tenantId, siteId, conversationId, groupId, message, idempotency }: VisitorMessage): Promise<string> {
    const tenant = await this.scope.present(tenantId);
    const { visitor, text, email } = message;
    const id = this.store.newId();
    const { command, committed } = this.conversations.message(
      { tenant, address: { conversationId, siteId, groupId, visitorId: visitor }, unknownGroup: 'is-the-site' },
      id,
      async (sql, { status }, ofGroup) => {
        if (!(await holdTenant(sql, tenantId))) throw notFound();
        if (status === 'offline' && email === undefined) throw emailRequired();
        await addMessage(sql, tenantId, { id, conversationId, siteId, groupId: ofGroup, visitor, text, email: email ?? null });
      },
    );
    const { streamId, ...decision } = command;
    const handled = await handleCommand<Conversation, ConversationEvent>(this.store, {
      ...decision,
      stream: { tenantId, partition: tenant.partition, streamId },
      actor: { kind: 'system', id: 'widget' },
      result: { messageId: id },
      ...(idempotency ? { idempotency } : {}),
    });
    committed();
    return handled.repeated ? String(handled.recorded.result['messageId']) : id;
  }
}

function emailRequired(): Problem {
  const errors = [{ pointer: '/email', detail: 'is required while nobody is there' }];
  return new Problem('email-required', 'Nobody is there at the moment: leave an e-mail address, so that an answer can reach you.', { errors });
}

/** Of which tenant and command it was; ids only. */
function whose(asked: unknown): { tenantId?: string; commandId?: string | undefined } {
  const { data } = visitorMessage.safeParse(asked);
  return data === undefined ? {} : { tenantId: data.tenantId, commandId: data.idempotency?.commandId };
}
