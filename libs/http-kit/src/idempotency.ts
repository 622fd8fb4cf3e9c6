import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { maybePrincipal, type Principal, principalName } from './principal.js';
import { invalid } from './problem.js';

/** As `Idempotency` of #event-store: makes a repeated command harmless, for ever. */
export interface IdempotencyOf {
  readonly commandId: string;
  readonly requestHash: string;
}

/** Letters, digits and signs without blanks; a UUID is the usual one. Longer ones would only be hashed anyway. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** The request as far as the command depends on it. */
export interface IdempotentRequest {
  readonly key: string;
  readonly principal: Principal | null;
  /** Method and path pattern, e.g. `PUT /agent/v1/status`. */
  readonly route: string;
  /** The tenant acted on: the principal's, or the one in the path. */
  readonly tenantId: string;
  readonly body: unknown;
  readonly params: unknown;
  readonly query: unknown;
}

/** Ids of a command and of its request (contract: scoped to tenant, principal and route). Refuses: `invalid-header`. */
export function idempotencyOf(request: IdempotentRequest): IdempotencyOf {
  if (!KEY.test(request.key)) {
    throw invalid('invalid-header', [{ pointer: 'Idempotency-Key', detail: 'must be 1 to 200 visible ASCII characters' }]);
  }
  const who = request.principal ? principalName(request.principal) : 'public';
  return {
    commandId: sha256([request.tenantId, who, request.route, request.key].join('|')),
    requestHash: sha256(canonicalJson({ body: request.body, params: request.params, query: request.query })),
  };
}

/** Parameter: the `Idempotency-Key` of the request as ids for `handleCommand`, or undefined if the client sent none. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext): IdempotencyOf | undefined =>
  idempotencyOfRequest(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The same for handlers that hold the request. */
export function idempotencyOfRequest(request: FastifyRequest): IdempotencyOf | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const principal = maybePrincipal(request);
  const params = (request.params ?? {}) as { tenantId?: string };
  return idempotencyOf({
    key: Array.isArray(header) ? header.join(',') : header,
    principal,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    tenantId: (principal && principal.kind !== 'platform' ? principal.tenantId : params.tenantId) ?? '',
    body: request.body instanceof Uint8Array ? createHash('sha256').update(request.body).digest('hex') : request.body,
    params: request.params,
    query: request.query,
  });
}

/** JSON with sorted property names: the same value, the same text. Undefined is null. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
