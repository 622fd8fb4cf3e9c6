import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type AgentPrincipal, type Principal, principalOf, type Role } from './principal.js';
import { Problem } from './problem.js';

/**
 * Who may use a route:
 * `public` anybody, without credentials; `platform` the platform's token; a role: an API key or a person of that role;
 * `self` a person, whatever the role, where `:agentId` of the path (or `agentId` of the query) is the own id;
 * `session` an agent by the access token of the own session, whatever the role.
 */
export type Grant = 'public' | 'platform' | 'session' | 'self' | Role;

export const ALLOW = Symbol('allow');

/** Where OpenAPI tells the grants of an operation. */
export const ALLOWED_EXTENSION = 'x-allowed';

/** Declares who may use the route. Every route has it: without, the service does not start, and nobody would be let in. */
export const Allow = (...grants: [Grant, ...Grant[]]): MethodDecorator =>
  applyDecorators(SetMetadata(ALLOW, grants), ApiExtension(ALLOWED_EXTENSION, grants));

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** Parameter: the proven caller. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => principalOf(requestOf(context)));

/** Parameter: the agent whose session this is, on routes that `@Allow('session')`. */
export const SessionOf = createParamDecorator((_data: unknown, context: ExecutionContext): AgentPrincipal => {
  const principal = principalOf(requestOf(context));
  if (principal.kind !== 'agent') throw new Problem('forbidden', 'Only an agent with a session of its own can do this.');
  return principal;
});
