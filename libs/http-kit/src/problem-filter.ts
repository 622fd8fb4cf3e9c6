import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger, Metrics } from '#observability';
import { BODY_LIMIT } from './json-body.js';
import { tooLarge, unsupported } from './large-body.js';
import { whoseLine } from './log-line.js';
import { answerOf, type ErrorCatalogue, Problem } from './problem.js';
import { problemOf } from './problem-of.js';
import type { RouteTable } from './route-table.js';

/** Answers every error of every route as application/problem+json; the cause goes to the log, never to the client. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly problems: ReturnType<Metrics['counter']>;
  /** By code: when an answer 503 was logged last, and how many since were not. */
  private readonly away = new Map<string, { readonly at: number; readonly alike: number }>();

  constructor(
    private readonly catalogue: ErrorCatalogue,
    private readonly routes: RouteTable,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.problems = metrics.counter('ampel_problems_total', 'Answers that were problems, by their code', ['code']);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      // a stream that was open already: nothing can be said any more
      this.logger.error({ err: error, ...whoseLine(request) }, 'error after the answer had begun');
      reply.raw.destroy();
      return;
    }
    if (error instanceof NotFoundException && request.is404 && this.answerKnownPath(request, reply)) return;
    const problem = ofThisRoute(problemOf(error), request);
    this.problems.inc({ code: problem.code });
    const { status, headers, body } = answerOf(problem, this.catalogue);
    this.log(problem, status, request);
    void reply.code(status).headers(headers).send(JSON.stringify(body));
  }

  /** A path that has routes, but none of this method: OPTIONS is answered, anything else is 405. False if the path has none. */
  private answerKnownPath(request: FastifyRequest, reply: FastifyReply): boolean {
    const methods = this.routes.methodsOf(request.url);
    if (methods.length === 0 || methods.includes(request.method)) return false;
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') {
      void reply.code(204).header('allow', allow).send();
      return true;
    }
    const { status, headers, body } = answerOf(new Problem('method-not-allowed', `Use one of ${allow}.`), this.catalogue);
    void reply.code(status).headers({ ...headers, allow }).send(JSON.stringify(body));
    return true;
  }

  private log(problem: Problem, status: number, request: FastifyRequest): void {
    if (status < 500) return;
    const about = { code: problem.code, ...whoseLine(request), err: problem.cause ?? problem };
    if (status === 503) this.logAway(problem.code, about);
    else this.logger.error(about, 'an error nobody foresaw');
  }

  /** With Postgres away thousands of requests a second say the same, and a line costs more than the answer. */
  private logAway(code: string, about: object): void {
    const now = performance.now();
    const { at, alike } = this.away.get(code) ?? { at: Number.NEGATIVE_INFINITY, alike: 0 };
    const isDue = now - at >= AWAY_EVERY_MS;
    if (isDue) this.logger.warn({ ...about, alike }, 'answered 503');
    this.away.set(code, isDue ? { at: now, alike: 0 } : { at, alike: alike + 1 });
  }
}

/** Between two lines about answers 503 of the same code, ms. */
const AWAY_EVERY_MS = 1_000;

/** Limits and media types are told as they are for this route. */
function ofThisRoute(problem: Problem, request: FastifyRequest): Problem {
  if (problem.code === 'too-large') return tooLarge(request, BODY_LIMIT);
  return problem.code === 'unsupported-media-type' ? unsupported(request) : problem;
}
