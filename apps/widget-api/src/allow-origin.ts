import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CopyKeeper } from './box-copy/keep-copy.js';
import { crossOriginHeaders } from './cross-origin.js';
import { siteOrProblem } from './site-or-problem.js';

/**
 * Lets pages of the site's origins read every answer of a route under `:siteKey`, refusals of the body too: an interceptor comes before the
 * body is looked at. Refuses: `not-found`, `store-unavailable`.
 */
@Injectable()
export class AllowOrigin implements NestInterceptor {
  constructor(@Inject(CopyKeeper) private readonly keeper: CopyKeeper) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<ReturnType<CallHandler['handle']>> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { siteKey: string } }>>();
    const site = await siteOrProblem(this.keeper, request.params.siteKey);
    context.switchToHttp().getResponse<FastifyReply>().headers(crossOriginHeaders(site, request.headers.origin));
    return next.handle();
  }
}
