import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ALLOW, type Grant } from './allow.js';
import type { Authentication } from './authentication.js';
import { countsForTenant } from './limit-guard.js';
import { type CallOrigin, type Principal, setPrincipal } from './principal.js';
import { notFound, Problem } from './problem.js';
import type { RateLimits } from './rate-limits.js';
import { haveOf, needOf } from './who-may.js';

/** Nest's key for the path of a handler; a method that carries it is a route. */
const PATH_METADATA = 'path';

/**
 * Lets in whom the route declares, and nobody where it declares nothing. A path with `:tenantId` of another tenant is not found.
 * A person's role and standing are those of this moment, not those of the token.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: Authentication,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const grants = this.reflector.getAllAndOverride<Grant[] | undefined>(ALLOW, [context.getHandler(), context.getClass()]) ?? [];
    if (grants.includes('public')) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    this.limits.ofApiKey(request.headers.authorization);
    const proven = await this.authentication.principalOf(request, grants);
    if (proven.kind !== 'platform' && countsForTenant(this.reflector, context)) this.limits.ofTenant(proven.tenantId);
    const { tenantId } = (request.params ?? {}) as { tenantId?: string };
    if (tenantId !== undefined && proven.kind !== 'platform' && proven.tenantId !== tenantId) throw notFound();
    const bySession = proven.kind === 'agent' && grants.includes('session');
    // What a person may do is asked anew: a token says what the role was up to ten minutes ago.
    const principal = proven.kind === 'agent' && !bySession ? await this.authentication.today(proven) : proven;
    setPrincipal(request, bySession ? principal : { ...principal, call: callOf(request) });
    if (bySession || grants.includes(grantOf(principal)) || (grants.includes('self') && asksForItself(request, principal))) return true;
    throw new Problem('forbidden', `${haveOf(principal)} ${needOf(grants)}`);
  }
}

function callOf(request: FastifyRequest): CallOrigin {
  return { action: `${request.method} ${request.routeOptions.url ?? ''}`, ip: request.ip };
}

function grantOf(principal: Principal): Grant {
  return principal.kind === 'platform' ? 'platform' : principal.role;
}

/** The agent of the path, or of the query where the path names none. Twice in the query is nobody. */
function asksForItself(request: FastifyRequest, principal: Principal): boolean {
  const { agentId: ofPath } = (request.params ?? {}) as { agentId?: string };
  const { agentId: ofQuery } = (request.query ?? {}) as { agentId?: unknown };
  return principal.kind === 'agent' && (ofPath ?? ofQuery) === principal.agentId;
}

/** A route as it was declared; the matrix test of roles walks over these (targets 4, API5). */
export interface DeclaredRoute {
  readonly handler: string;
  readonly grants: readonly Grant[];
}

/** Every route of the app with its grants. Throws, naming them, if routes declare none: the start fails then. */
export function declaredRoutes(discovery: DiscoveryService, reflector: Reflector): DeclaredRoute[] {
  const scanner = new MetadataScanner();
  const routes = discovery.getControllers().flatMap(({ metatype }) => {
    if (!metatype) return [];
    const prototype = metatype.prototype as Record<string, (...args: unknown[]) => unknown>;
    return scanner
      .getAllMethodNames(prototype)
      .map((name) => ({ name, method: prototype[name] }))
      .filter(({ method }) => typeof method === 'function' && Reflect.hasMetadata(PATH_METADATA, method))
      .map(({ name, method }) => ({
        handler: `${metatype.name}.${name}`,
        grants: reflector.getAllAndOverride<Grant[] | undefined>(ALLOW, [method as () => unknown, metatype as () => unknown]) ?? [],
      }));
  });
  const undeclared = routes.filter(({ grants }) => grants.length === 0);
  if (undeclared.length > 0) {
    throw new Error(`These routes do not say who may use them (@Allow): ${undeclared.map(({ handler }) => handler).join(', ')}`);
  }
  return routes;
}
