import type { FastifyInstance } from 'fastify';

/** What the dashboard's pages send beside the simple headers. */
const HEADERS = 'authorization, content-type, idempotency-key, if-none-match';
/** A day is the most any browser keeps; another origin is refused by the answer itself anyway. Seconds. */
const PREFLIGHT_MAX_AGE = '600';

/**
 * Lets the pages of the dashboard call the admin API from their own origin, where that is another one (split, or several names): exactly this
 * origin, never an echo, without cookies; who may do what is said by the bearer token as everywhere.
 */
export function allowDashboardOrigin(fastify: FastifyInstance, dashboardUrl: string | undefined): void {
  if (dashboardUrl === undefined) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.url.startsWith('/admin/')) return done();
    reply.header('vary', 'Origin');
    if (request.headers.origin !== dashboardUrl) return done();
    reply.headers({ 'access-control-allow-origin': dashboardUrl, 'access-control-expose-headers': 'etag' });
    if (request.method !== 'OPTIONS') return done();
    const allowed = { 'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE', 'access-control-allow-headers': HEADERS };
    void reply.code(204).headers({ ...allowed, 'access-control-max-age': PREFLIGHT_MAX_AGE }).send();
  });
}
