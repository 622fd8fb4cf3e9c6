import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Grant } from './allow.js';
import type { AgentPrincipal, Principal } from './principal.js';
import { Problem } from './problem.js';
import { faultOfToken, needOf } from './who-may.js';

/** Gives the principal a bearer token proves, or null if it is not this reader's kind or not valid. */
export type TokenReader = (token: string) => Promise<Principal | null> | Principal | null;

/** Gives the person with the role of this moment. Throws what a session that may not speak any more is told (`signed-out`, ...). */
export type SessionCheck = (principal: AgentPrincipal) => Promise<AgentPrincipal>;

/** Longest token read, characters; ours have a fifth of it. */
const MAX_TOKEN = 4096;

/**
 * Who is calling? One list of readers per process, each for one kind of bearer token; a role module adds its own at start
 * (`authentication.register(...)` in its constructor), so this room needs to know no directory.
 */
export class Authentication {
  readonly #readers: TokenReader[] = [];
  readonly #sessionChecks: SessionCheck[] = [];

  /** Adds a kind of token. */
  register(reader: TokenReader): void {
    this.#readers.push(reader);
  }

  /** Adds what must hold of a person's session on routes opened by role (routes of the session itself check in the slice). */
  registerSessionCheck(check: SessionCheck): void {
    this.#sessionChecks.push(check);
  }

  /** The proven caller. `grants`: whom the route lets in. Throws `unauthenticated`; errors of a reader (the store is away) go on. */
  async principalOf(request: FastifyRequest, grants: readonly Grant[]): Promise<Principal> {
    const header = request.headers.authorization;
    if (header === undefined) throw new Problem('unauthenticated', `Send credentials as "Authorization: Bearer ...". ${needOf(grants)}`);
    const token = /^bearer ([\x21-\x7e]+)$/i.exec(header)?.[1];
    if (token !== undefined && token.length <= MAX_TOKEN) {
      for (const reader of this.#readers) {
        const principal = await reader(token);
        if (principal) return principal;
      }
    }
    throw new Problem('unauthenticated', `${faultOfToken(token)} ${needOf(grants)}`);
  }

  /** The person as of this moment. Throws if the session may not speak any more. */
  async today(principal: AgentPrincipal): Promise<AgentPrincipal> {
    let person = principal;
    for (const check of this.#sessionChecks) person = await check(person);
    return person;
  }
}

/** Reads the platform admin's token; compares digests, so that the time taken tells nothing. */
export function platformTokenReader(adminToken: string): TokenReader {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = digest(adminToken);
  return (token) => (timingSafeEqual(digest(token), wanted) ? { kind: 'platform' } : null);
}
