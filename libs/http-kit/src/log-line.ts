import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '#observability';
import { idempotencyOfRequest } from './idempotency.js';
import { tenantOf } from './principal.js';
import { traceOf } from './trace-requests.js';

/**
 * What every log line of a request carries: the route, the id of the request, and as far as they are known the tenant, the command (if the
 * request carries an idempotency key) and the trace. Ids only.
 */
export function whoseLine(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const { method, id: requestId } = request;
  const route = request.is404 ? 'none' : request.routeOptions.url;
  return { method, route, requestId, tenantId: tenantOf(request), commandId: commandOf(request), traceId: traceOf(request) };
}

function commandOf(request: FastifyRequest): string | undefined {
  try {
    return idempotencyOfRequest(request)?.commandId;
  } catch {
    return undefined; // no key of ours
  }
}

/** A line for every answer of the framework, for those who look closely (`AMPEL_LOG_LEVEL=debug`). */
export function logAnswers(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.debug({ ...whoseLine(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    done();
  });
}
