import type { FastifyInstance } from 'fastify';
import type { RouteTable } from './route-table.js';
import type { RoleName } from './serve.js';

/** Where the doors of the roles begin. */
const APIS: Readonly<Partial<Record<RoleName, string>>> = { 'agent-api': '/agent/v1', 'admin-api': '/admin/v1', 'widget-api': '/widget/v1' };

/** Pages that a process may serve beside its APIs. */
const PAGES = ['/dashboard/', '/demo/', '/widget/v1/widget.js'];

/** `/`: what is where in this process, as JSON, and as a page to whoever asks for HTML. */
export function serveIndex(fastify: FastifyInstance, routes: RouteTable, title: string, roles: readonly RoleName[]): void {
  fastify.get('/', (request, reply) => {
    const pages = PAGES.filter((path) => routes.methodsOf(path).includes('GET'));
    const apis = Object.fromEntries(roles.flatMap((role) => (APIS[role] === undefined ? [] : [[role, APIS[role]]])));
    const index = { title, docs: '/docs', openapi: '/openapi.json', asyncapi: '/asyncapi.json', health: ['/healthz', '/readyz', '/metrics'], apis, pages };
    reply.header('vary', 'accept');
    if (!String(request.headers.accept).includes('text/html')) return reply.send(index);
    return reply.type('text/html; charset=utf-8').send(pageOf(index));
  });
}

function pageOf({ title, docs, openapi, asyncapi, health, apis, pages }: {
  readonly title: string;
  readonly docs: string;
  readonly openapi: string;
  readonly asyncapi: string;
  readonly health: readonly string[];
  readonly apis: Readonly<Record<string, string>>;
  readonly pages: readonly string[];
}): string {
  const link = (path: string, what: string): string => `<li><a href="${path}">${path}</a> ${what}</li>`;
  const doors = Object.entries(apis).map(([role, path]) => `<li><code>${path}</code> ${role}: see the reference</li>`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title></head><body><h1>${title}</h1><ul>`,
    ...pages.map((path) => link(path, '')),
    link(docs, 'the reference of these APIs, to try them out'),
    link(openapi, 'the same for programs (OpenAPI 3.1)'),
    link(asyncapi, 'the events on the bus (AsyncAPI)'),
    ...health.map((path) => link(path, '')),
    ...doors,
    '</ul></body></html>\n',
  ].join('\n');
}
