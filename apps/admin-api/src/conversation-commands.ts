import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { type Clock, CLOCK } from '#clock';
import { setConversationAlarms, writeConversation } from '#conversations';
import { type Pools, POOLS } from '#database';
import {
  agentReplied, type Conversation, type ConversationAddress, type ConversationEvent, conversationFold, endConversation, receiveMessage,
  type Surroundings,
} from '#domain/conversations/index';
import type { Command } from '#event-store';
import { invalid } from '#http-kit';
import { type Bus, BUS } from '#messaging';
import { type ConversationRow, readNotices, readStatusForVisitor } from '#read-model';

type Sentence = ConversationEvent & { readonly effectiveAt?: number };

/** The parts of a command on a conversation; the caller says who asks. */
export type ConversationCommand = Pick<Command<Conversation, ConversationEvent>, 'fold' | 'prepare' | 'decide' | 'within'> & { readonly streamId: string };

/** Stores a visitor's message. `around`: what the visitor sees; `groupId`: of the conversation. */
export type Keep = (sql: PoolClient, around: Surroundings, groupId: string | null) => Promise<void>;

/** A command, and what to do after its commit. */
export interface ReadyCommand {
  readonly command: ConversationCommand;
  committed(): void;
}

/** What is done to a conversation, and what has to be known before. */
interface Deed {
  readonly decide: (conversation: Conversation, around: Surroundings, now: number) => Sentence[];
  /** Further statements of the transaction. */
  readonly within?: (sql: PoolClient, conversation: Conversation) => Promise<void>;
}

export interface ConversationAsked {
  readonly tenant: { readonly id: string; readonly partition: number };
  readonly address: ConversationAddress;
  /** A page's unknown group is the site (behaviour D19); who reports for a platform is told. */
  readonly unknownGroup: 'is-the-site' | 'is-refused';
}

/**
 * Commands on conversations, whoever reports them: events, row and alarms in one transaction; after the commit whoever keeps a copy of the
 * conversations (the widget's door) is told which one changed.
 */
@Injectable()
export class ConversationCommands {
  constructor(
    @Inject(POOLS) private readonly pools: Pools,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BUS) private readonly bus: Bus,
  ) {}

  /** A visitor has written. `keep` stores the message in the same transaction, or refuses what may not be sent now. */
  message(asked: ConversationAsked, messageId: string | null, keep?: Keep): ReadyCommand {
    return this.command(asked, (address, around) => ({
      decide: (conversation, seen, now) => receiveMessage({ address, messageId }, conversation, seen, now),
      ...(keep ? { within: (sql: PoolClient, conversation: Conversation) => keep(sql, around(), conversation.groupId) } : {}),
    }));
  }

  /** An agent has answered. */
  reply(asked: ConversationAsked): ReadyCommand {
    return this.command(asked, (address) => ({ decide: (conversation) => agentReplied(address, conversation) }));
  }

  /** The conversation is over. */
  end(asked: ConversationAsked): ReadyCommand {
    return this.command(asked, (address) => ({ decide: (conversation) => endConversation(address, conversation) }));
  }

  private command(
    { tenant, address, unknownGroup }: ConversationAsked,
    deedOf: (address: ConversationAddress, around: () => Surroundings) => Deed,
  ): ReadyCommand {
    let around: Surroundings | null = null;
    let version = 0;
    let changed: ConversationRow | null = null;
    const known = { ...address };
    const surroundings = (): Surroundings => {
      if (around === null) throw invalid('invalid-body', [{ pointer: '/siteId', detail: 'is not the id of a site' }]);
      if (unknownGroup === 'is-refused' && address.groupId !== known.groupId) {
        throw invalid('invalid-body', [{ pointer: '/groupId', detail: 'is not the id of a group' }]);
      }
      return around;
    };
    const deed = deedOf(known, surroundings);
    const command: ConversationCommand = {
      streamId: `${conversationFold.category}-${address.conversationId}`,
      fold: conversationFold,
      prepare: async () => {
        const { engine } = this.pools;
        const { siteId, groupId, visitorId: visitor } = address;
        const seen = await readStatusForVisitor(engine, { tenantId: tenant.id, siteId, groupId, visitor }, this.clock.now());
        around = seen && { status: seen.status, settings: await readNotices(engine, { tenantId: tenant.id, siteId }) };
        Object.assign(known, { groupId: seen?.groupId ?? null });
      },
      decide: (conversation, now, before) => {
        const events = deed.decide(conversation, surroundings(), now);
        version = before + events.length;
        return events;
      },
      within: async (sql, { events, state, now }) => {
        changed = null;
        if (events.length === 0) return;
        await deed.within?.(sql, state);
        changed = await writeConversation(sql, tenant.id, { events, state, version, now });
        await setConversationAlarms(sql, tenant, state, surroundings());
      },
    };
    const committed = (): void => {
      if (changed !== null) this.bus.publish(`conversation.${tenant.partition}`, changed);
    };
    return { command, committed };
  }
}

