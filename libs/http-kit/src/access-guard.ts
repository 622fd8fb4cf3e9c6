import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ALLOW, type Grant } from './allow.js';
import type { Authentication } from './authentication.js';
import { type Principal, setPrincipal } from './principal.js';
import { notFound, Problem } from './problem.js';

/** Nest's key for the path of a handler; a method that carries it is a route. */
const PATH_METADATA = 'path';

/** Lets in whom the route declares, and nobody where it declares nothing. A path with `:tenantId` of another tenant is not found. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: Authentication,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const grants = this.reflector.getAllAndOverride<Grant[] | undefined>(ALLOW, [context.getHandler(), context.getClass()]) ?? [];
    if (grants.includes('public')) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authentication.principalOf(request);
    setPrincipal(request, principal);
    const { tenantId } = (request.params ?? {}) as { tenantId?: string };
    if (tenantId !== undefined && principal.kind !== 'platform' && principal.tenantId !== tenantId) throw notFound();
    const byRole = !(principal.kind === 'agent' && grants.includes('session'));
    if (byRole && !grants.includes(grantOf(principal))) throw new Problem('forbidden', 'Your role does not allow this.');
    if (byRole && principal.kind === 'agent') await this.authentication.assertSession(principal);
    return true;
  }
}

function grantOf(principal: Principal): Grant {
  return principal.kind === 'platform' ? 'platform' : principal.role;
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
