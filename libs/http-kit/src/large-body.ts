import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from './problem.js';

type ApiBodySchema = Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema'];

/** What a route takes beyond the usual 16 KiB of JSON. */
interface LargeBodyRoute {
  /** Bytes. */
  readonly largeBody: { readonly limit: number; readonly mediaTypes: readonly string[] };
}

/** The body as it came. */
export interface RawBody {
  readonly bytes: Uint8Array;
  /** In lower case, without parameters; empty if the client sent none. */
  readonly mediaType: string;
}

/**
 * A route with a body limit and media types of its own. It gets the bytes as they came (`@Raw()`) and reads them itself: so nothing is
 * parsed for somebody who has not proven who they are. `schema` describes the JSON form in OpenAPI.
 */
export function LargeBody(limit: number, mediaTypes: readonly ['application/json', ...string[]], schema: z.ZodType): MethodDecorator {
  const { $schema: _dialect, $defs = {}, ...root } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  // A named schema is told as a reference into its own definitions, which a route cannot hold: here stands what it names.
  const json = root.$ref === undefined ? root : $defs[root.$ref.slice('#/$defs/'.length)];
  return applyDecorators(
    RouteConfig({ largeBody: { limit, mediaTypes } } satisfies LargeBodyRoute),
    ApiConsumes(...mediaTypes),
    ApiBody({ required: true, schema: json as ApiBodySchema }),
  );
}

/** Parameter: the body of a route with `@LargeBody`. */
export const Raw = createParamDecorator((_data: unknown, context: ExecutionContext): RawBody => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { body } = request;
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { bytes: body instanceof Uint8Array ? body : new Uint8Array(), mediaType };
});

/** What the route of a request takes beyond the usual; undefined for all others. */
export function largeBodyOf(request: FastifyRequest): LargeBodyRoute['largeBody'] | undefined {
  return (request.routeOptions.config as Partial<LargeBodyRoute> | undefined)?.largeBody;
}

/** Files that some routes take beside JSON. */
const FILES = ['text/csv', 'text/calendar', 'application/ld+json'] as const;

/** Lets Fastify know the limits of such routes, before any is declared, and refuses such files everywhere else. */
export function readLargeBodies(fastify: FastifyInstance, usualLimit: number): void {
  fastify.addHook('onRoute', (route) => {
    const config: Partial<LargeBodyRoute> | undefined = route.config;
    const own = config?.largeBody;
    if (own) route.bodyLimit = own.limit;
  });
  fastify.addContentTypeParser([...FILES], { parseAs: 'buffer', bodyLimit: usualLimit }, (request, body, done) => {
    const taken = largeBodyOf(request)?.mediaTypes ?? [];
    if (taken.some((type) => request.headers['content-type']?.toLowerCase().startsWith(type))) done(null, body);
    else done(unsupported(request), undefined);
  });
}

/** Names what the route takes. */
export function unsupported(request: FastifyRequest): Problem {
  const types = (largeBodyOf(request)?.mediaTypes ?? ['application/json']).join(' or ');
  return new Problem('unsupported-media-type', `Send the body as ${types}.`, {
    errors: [{ pointer: 'Content-Type', detail: `must be ${types}` }],
  });
}

/** Names how much the route takes. */
export function tooLarge(request: FastifyRequest, usualLimit: number): Problem {
  const limit = largeBodyOf(request)?.limit ?? usualLimit;
  return new Problem('too-large', `A body may have at most ${limit / 1024} KiB here.`);
}
