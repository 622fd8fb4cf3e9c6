import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** What a person or key may do; `platform` stands above every tenant (contract, "Admin API"). */
export type Role = 'owner' | 'manager' | 'auditor' | 'agent';

/** What is called and from where, for the record of what admins do. */
export interface CallOrigin {
  /** Method and path pattern, e.g. `PATCH /admin/v1/tenants/:tenantId`. */
  readonly action: string;
  readonly ip: string;
}

/**
 * Who is calling, as proven by the bearer token. The tenant comes from here and from nowhere else (targets 4, API1).
 * The guard adds `call` on routes that are opened by role.
 */
export type Principal =
  | { readonly kind: 'platform'; readonly call?: CallOrigin }
  | {
      readonly kind: 'api-key';
      readonly id: string;
      readonly tenantId: string;
      readonly partition: number;
      readonly role: Role;
      readonly call?: CallOrigin;
    }
  | AgentPrincipal;

/** A person with an open session, by an access token. */
export interface AgentPrincipal {
  readonly kind: 'agent';
  readonly agentId: string;
  readonly sessionId: string;
  readonly tenantId: string;
  readonly partition: number;
  readonly role: Role;
  readonly call?: CallOrigin;
}

/** The envelope's actor: a kind and an opaque id. */
export function actorOf(principal: Principal): { kind: 'platform' | 'api-key' | 'agent'; id: string } {
  switch (principal.kind) {
    case 'platform':
      return { kind: 'platform', id: 'platform' };
    case 'api-key':
      return { kind: 'api-key', id: principal.id };
    case 'agent':
      return { kind: 'agent', id: principal.agentId };
  }
}

/** Whom an idempotency key belongs to: the agent, not the session, so that a retry after a new sign-in is still the same command. */
export function principalName(principal: Principal): string {
  const { kind, id } = actorOf(principal);
  return `${kind}:${id}`;
}

const PRINCIPAL = Symbol('principal');
type WithPrincipal = FastifyRequest & { [PRINCIPAL]?: Principal };

/** Written by the guard only. */
export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  (request as WithPrincipal)[PRINCIPAL] = principal;
}

/** Who is calling, or null on a public route. */
export function maybePrincipal(request: FastifyRequest): Principal | null {
  return (request as WithPrincipal)[PRINCIPAL] ?? null;
}

/** Whose data the request is about, as far as that is proven: the caller's tenant, or the one a platform's admin names in the path. */
export function tenantOf(request: FastifyRequest): string | undefined {
  const principal = maybePrincipal(request);
  if (principal === null) return undefined;
  return principal.kind === 'platform' ? (request.params as { tenantId?: string } | undefined)?.tenantId : principal.tenantId;
}

/** Who is calling. Throws `unauthenticated` where nobody is known. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = maybePrincipal(request);
  if (!principal) throw new Problem('unauthenticated', 'Send credentials as "Authorization: Bearer ...".');
  return principal;
}
