import { createHash } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { problemSchema } from '#contract';
import { ALLOWED_EXTENSION } from './allow.js';

/**
 * `/docs` (Swagger UI from the packages installed, nothing from elsewhere, no validator badge), `/openapi.json` and `/asyncapi.json`.
 * The documents are made on first use.
 */
export function serveDocs(app: NestFastifyApplication, title: string, asyncApi: () => object): void {
  let document: OpenAPIObject | undefined;
  const openApi = (): OpenAPIObject => (document ??= openApiDocument(app, title));
  SwaggerModule.setup('docs', app, openApi, {
    raw: false,
    customSiteTitle: title,
    // what the page says in a style attribute, which its policy forbids
    customCss: 'body > svg { position: absolute; width: 0; height: 0 }',
    swaggerOptions: { validatorUrl: null, persistAuthorization: false },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', (_request, reply) => reply.send(openApi()));
  fastify.get('/asyncapi.json', (_request, reply) => reply.send(asyncApi()));
  allowDocsPage(fastify);
}

/** OpenAPI 3.1 of all routes of the app, from the schemas that validate. */
export function openApiDocument(app: NestFastifyApplication, title: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(title)
    .setDescription('Errors are application/problem+json (RFC 9457) with a stable `code`. Times are RFC 3339 UTC with milliseconds.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, { standardSchemaConverter: toJsonSchema });
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item as Record<string, Operation>)) complete(operation);
  }
  const { $schema: _dialect, ...problem } = z.toJSONSchema(problemSchema, { target: 'draft-2020-12', unrepresentable: 'any' });
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Problem: problem as SchemaObject } };
  return document;
}

type SchemaObject = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** The members of an OpenAPI operation that are touched here. */
interface Operation {
  security?: object[];
  parameters?: readonly { readonly in: string; readonly name: string }[];
  requestBody?: object;
  responses?: Record<string, { description: string; content?: Record<string, unknown> }>;
  [ALLOWED_EXTENSION]?: readonly string[];
}

/** Errors are problem+json, those every route of its kind may answer with too; what is public needs no token. */
function complete(operation: Operation): void {
  if (operation[ALLOWED_EXTENSION]?.includes('public')) operation.security = [];
  operation.responses ??= {};
  for (const [status, codes] of Object.entries(usualRefusals(operation))) {
    const told = operation.responses[status];
    const missing = codes.filter((code) => !told?.description.split(', ').includes(code));
    const description = [...(told ? [told.description] : []), ...missing].join(', ');
    operation.responses[status] = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }, ...told, description };
  }
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const json = response.content?.['application/json'];
    if (Number(status) >= 400 && json) response.content = { 'application/problem+json': json };
  }
}

/** What the house refuses before and around the slice, by what the operation takes. */
function usualRefusals({ [ALLOWED_EXTENSION]: grants = [], parameters = [], requestBody }: Operation): Record<number, readonly string[]> {
  const has = (place: string, name?: string): boolean => parameters.some((one) => one.in === place && (name === undefined || one.name === name));
  const isPublic = grants.includes('public');
  const onlySession = grants.every((grant) => grant === 'session');
  const keyed = has('header', 'Idempotency-Key');
  const unfit = [
    ...(requestBody ? ['invalid-body', 'unsupported-media-type'] : []),
    ...(has('query') ? ['invalid-query'] : []),
    ...(keyed ? ['invalid-header', 'idempotency-key-reused'] : []),
  ];
  return {
    ...(requestBody ? { 400: ['unreadable-json'], 413: ['too-large'] } : {}),
    ...(isPublic ? {} : { 401: ['unauthenticated'] }),
    ...(isPublic || onlySession ? {} : { 403: ['forbidden'] }),
    ...(has('path', 'tenantId') ? { 404: ['not-found'] } : {}),
    ...(unfit.length > 0 ? { 422: unfit } : {}),
    429: ['too-many-requests'],
    503: ['store-unavailable', 'shutting-down'],
  };
}

/** zod's own JSON Schema (2020-12, the one of OpenAPI 3.1); named schemas become components. */
function toJsonSchema(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): { schema: unknown; components: Record<string, unknown> } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const { $schema: _dialect, $defs, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: schemaType, unrepresentable: 'any' });
  return { schema: rest, components: ($defs ?? {}) };
}

/** Without it a phone shows the page as wide as a desk. */
const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

/** The page may load its own scripts, and the styles it carries in itself by their digests: nothing inline beside them. */
function allowDocsPage(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload === 'string' && request.url.startsWith('/docs') && String(reply.getHeader('content-type')).startsWith('text/html')) {
      const styles = [...payload.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, css]) => createHash('sha256').update(css ?? '').digest('base64'));
      const hashes = [...new Set(styles)].map((digest) => `'sha256-${digest}'`).join(' ');
      const own = `default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'`;
      reply.header('content-security-policy', `${own}; style-src 'self' ${hashes}`);
      return done(null, payload.replace('<head>', `<head>\n${VIEWPORT}`));
    }
    done(null, payload);
  });
}
