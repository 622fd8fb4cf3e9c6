import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

interface Rule {
  readonly prefix: string;
  readonly of: (request: IncomingMessage) => Readonly<Record<string, string>>;
  readonly prepare: ((request: IncomingMessage) => Promise<void>) | undefined;
}

const NONE: Readonly<Record<string, string>> = {};

/**
 * Headers that every answer below a path carries, whoever gives it: the route, a guard before it, the limit of a body, a time-out. For CORS:
 * a page may only read a refusal that permits its origin.
 */
export class AnswerHeaders {
  readonly #rules: Rule[] = [];

  /**
   * @param prefix beginning of the path
   * @param of the headers, at once and without throwing
   * @param prepare called before `of` where there is time; must not reject
   */
  add(prefix: string, of: Rule['of'], prepare?: Rule['prepare']): void {
    this.#rules.push({ prefix, of, prepare });
  }

  of(request: IncomingMessage): Readonly<Record<string, string>> {
    return this.#ruleFor(request)?.of(request) ?? NONE;
  }

  /** Puts them on every answer of the framework; a route that takes the socket itself writes its own. */
  putOn(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const rule = this.#ruleFor(request.raw);
      if (rule === undefined) return done();
      const put = (): void => {
        reply.headers(rule.of(request.raw));
        done();
      };
      if (rule.prepare) void rule.prepare(request.raw).then(put);
      else put();
    });
  }

  #ruleFor({ url = '' }: IncomingMessage): Rule | undefined {
    return this.#rules.find(({ prefix }) => url.startsWith(prefix));
  }
}
