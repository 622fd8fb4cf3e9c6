import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Span, traceIdIn, traceParentIn, type Tracing } from '#observability';
import { tenantOf } from './principal.js';

/** Asked every few seconds by machines; nobody looks for them. */
const UNTRACED = new Set(['/healthz', '/readyz', '/metrics']);

const spans = new WeakMap<FastifyRequest, Span>();

/**
 * Every request is a span, of the caller's trace if it sent a `traceparent`; what its handler does belongs to it. Requests that are answered
 * before the framework (heartbeats, statuses of widgets) are not seen: thousands a second would say nothing (ADR 21).
 */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = routeOf(request);
    if (UNTRACED.has(route)) return done();
    const attributes = { 'http.request.method': request.method, 'http.route': route, 'ampel.request.id': request.id };
    const parent = traceParentIn(request.headers.traceparent);
    spans.set(request, tracing.start(`${request.method} ${route}`, { kind: 'server', parent, attributes }));
    done();
  });
  // Not earlier: a body arrives in a context of its own.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else tracing.within(span, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const { statusCode } = reply;
    const tenant = tenantOf(request);
    span?.set({ 'http.response.status_code': statusCode, ...(tenant === undefined ? {} : { 'ampel.tenant.id': tenant }) });
    span?.end(statusCode >= 500 ? new AnsweredBadly() : undefined);
    done();
  });
}

/** Id of the trace the request belongs to: our span's, or else the caller's; undefined if neither tells one. */
export function traceOf(request: FastifyRequest): string | undefined {
  return spans.get(request)?.traceId ?? traceIdIn(request.headers.traceparent);
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
}

class AnsweredBadly extends Error {
  override readonly name = 'AnsweredBadly';
}
