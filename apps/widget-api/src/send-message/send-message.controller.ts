import { Body, Controller, Headers, Inject, Options, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  conversationOnSiteParams, type MessageAccepted, messageAccepted, type SendMessageBody, sendMessageBody, type SendMessageQuery, sendMessageQuery,
  type VisitorMessage, type VisitorMessageAnswer,
} from '#contract';
import { Allow, Answers, idempotencyOf, LimitedByAddress, notFound, Problem } from '#http-kit';
import { type Bus, BUS } from '#messaging';
import type { CachedSite } from '../box-copy/box-copy.js';
import { CopyKeeper } from '../box-copy/keep-copy.js';
import { answerPreflight } from '../cross-origin.js';
import { siteOrProblem } from '../site-or-problem.js';

/** A visitor waits no longer; commands end after 5 s themselves. Milliseconds. */
const ANSWER_WITHIN_MS = 6_000;

/** `{id}` of a conversation is the page's own. */
interface Path {
  readonly siteKey: string;
  readonly conversationId: string;
}

/** POST a visitor's message (behaviour D16, D27). This door may write nothing: admin-api is asked to. */
@ApiTags('widget')
@Controller('widget/v1/sites/:siteKey/conversations/:conversationId/messages')
export class SendMessageController {
  constructor(
    @Inject(CopyKeeper) private readonly keeper: CopyKeeper,
    @Inject(BUS) private readonly bus: Bus,
  ) {}

  @Post()
  @Allow('public')
  @LimitedByAddress('messages')
  @Answers({
    status: 202,
    does: "Takes a visitor's message into the inbox. While this visitor sees offline, an e-mail address is required.",
    schema: messageAccepted,
    refuses: { 404: ['not-found'], 422: ['email-required'], 503: ['store-unavailable'] },
    idempotent: true,
  })
  async send(
    @Param({ schema: conversationOnSiteParams }) path: Path,
    @Query({ schema: sendMessageQuery }) { group }: SendMessageQuery,
    @Body({ schema: sendMessageBody }) message: SendMessageBody,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<MessageAccepted> {
    const site = await siteOrProblem(this.keeper, path.siteKey);
    if (site.site.removed) throw notFound();
    const { conversationId } = path;
    const { tenantId, siteId } = site;
    const asked = { tenantId, siteId, conversationId, groupId: group || null, message };
    return this.ask(key === undefined ? asked : { ...asked, idempotency: idempotencyOfVisitor(key, site, asked) });
  }

  @Options()
  @Allow('public')
  @ApiExcludeEndpoint()
  async preflight(
    @Param({ schema: conversationOnSiteParams }) { siteKey }: Path,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const site = await siteOrProblem(this.keeper, siteKey);
    reply.hijack();
    answerPreflight(reply.raw, site, request.headers.origin, 'POST');
  }

  private async ask(asked: VisitorMessage): Promise<MessageAccepted> {
    const answer = await this.bus.request<VisitorMessageAnswer>('visitor-messages', asked, ANSWER_WITHIN_MS).catch((cause: unknown) => {
      const detail = 'Messages cannot be taken at the moment. Try again shortly, with the same idempotency key.';
      throw new Problem('store-unavailable', detail, {}, { cause });
    });
    if ('messageId' in answer) return { messageId: answer.messageId };
    const { code, detail, extra } = answer.problem;
    throw new Problem(code, detail, extra);
  }
}

/** A key is the visitor's own: that of another visitor, site or conversation is another one (contract, "HTTP conventions"). */
function idempotencyOfVisitor(key: string, { tenantId, siteId }: CachedSite, { conversationId, groupId, message }: VisitorMessage) {
  const route = `POST widget/messages|${JSON.stringify([siteId, conversationId, message.visitor])}`;
  return idempotencyOf({ key, principal: null, route, tenantId, body: message, params: { conversationId }, query: { groupId } });
}
