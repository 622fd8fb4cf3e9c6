import { createHmac, timingSafeEqual } from 'node:crypto';
import { createSigner, createVerifier, TokenError } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import type { AgentPrincipal, Principal, Role } from './principal.js';

/** Seconds an access token lives (targets 4: at most 10 minutes). */
export const ACCESS_TOKEN_SECONDS = 600;

/**
 * Verified tokens remembered at most, about 500 bytes each: the sessions of a large process (P7 grows to 300,000). A look-up costs 1.4 µs,
 * a verify 11 µs (206 µs with WebCrypto, which waits).
 */
const REMEMBERED = 300_000;

const ALGORITHM = 'HS256';
const ISSUER = 'ampel';
const AUDIENCE = 'agent';

/** The part of the clock needed here: now in ms since epoch, Postgres's clock. */
export interface TokenClock {
  now(): number;
}

/** What an access token says once its signature is proven. */
interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly tid: string;
  readonly prt: number;
  readonly role: Role;
  /** Seconds since epoch. */
  readonly exp: number;
  readonly nbf?: number;
}

/** What a refresh token says once its signature is proven. */
export interface RefreshClaims {
  readonly tenantId: string;
  readonly sessionId: string;
  /** 1 for the first one of a session, one more at each rotation. */
  readonly generation: number;
}

/**
 * Makes and proves the tokens of sessions. Access tokens are JWTs of 10 minutes; proven ones are remembered until they end.
 * Refresh tokens are `rt_<tenant>_<session>_<generation>_<mac>`: nothing secret has to be stored to know ours, and an old one is known
 * as old (only its generation is kept, see #directory).
 */
export class AccessTokens {
  readonly #sign: (claims: object) => string;
  readonly #verify: (token: string) => Claims;
  readonly #refreshKey: Buffer;
  readonly #proven: LRUCache<string, { principal: AgentPrincipal; endsAt: number }>;

  constructor(
    secret: string,
    private readonly clock: TokenClock,
    remembered = REMEMBERED,
  ) {
    // Each counts as one: with `max` instead it would take up 5 MB before the first.
    this.#proven = new LRUCache({ maxSize: remembered, sizeCalculation: () => 1 });
    const key = createHmac('sha256', secret).update('ampel access token').digest();
    this.#sign = createSigner({ key, algorithm: ALGORITHM, iss: ISSUER, aud: AUDIENCE });
    this.#verify = createVerifier({
      key,
      algorithms: [ALGORITHM],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      requiredClaims: ['iss', 'aud', 'sub', 'iat', 'exp', 'sid', 'tid', 'prt', 'role'],
      ignoreExpiration: true, // both are judged below, by our clock
      ignoreNotBefore: true,
    }) as (token: string) => Claims;
    this.#refreshKey = createHmac('sha256', secret).update('ampel refresh token').digest();
  }

  /** A new access token for the session. */
  issue(principal: AgentPrincipal): string {
    const { agentId, sessionId, tenantId, partition, role } = principal;
    const iat = Math.floor(this.clock.now() / 1000);
    return this.#sign({ sub: agentId, sid: sessionId, tid: tenantId, prt: partition, role, iat, exp: iat + ACCESS_TOKEN_SECONDS });
  }

  /** The principal of a token proven before and not ended since: no waiting, no cryptography. Undefined otherwise. */
  remembered(token: string): AgentPrincipal | undefined {
    const entry = this.#proven.get(token);
    if (!entry) return undefined;
    if (entry.endsAt > this.clock.now()) return entry.principal;
    this.#proven.delete(token);
    return undefined;
  }

  /** The principal, or null for a token that is not ours, was altered or has ended. */
  verify(token: string): AgentPrincipal | null {
    const remembered = this.remembered(token);
    if (remembered) return remembered;
    try {
      const { sub, sid, tid, prt, role, exp, nbf = 0 } = this.#verify(token);
      const now = this.clock.now();
      const endsAt = exp * 1000;
      if (!(endsAt > now && nbf * 1000 <= now)) return null;
      const principal: AgentPrincipal = { kind: 'agent', agentId: String(sub), sessionId: String(sid), tenantId: String(tid), partition: Number(prt), role };
      this.#proven.set(token, { principal, endsAt });
      return principal;
    } catch (error) {
      if (error instanceof TokenError) return null;
      throw error;
    }
  }

  /** Reader for Authentication. */
  readonly reader = (token: string): Principal | null => (token.startsWith('ey') ? this.verify(token) : null);

  /** The refresh token of a session's generation. */
  issueRefresh(claims: RefreshClaims): string {
    const { tenantId, sessionId, generation } = claims;
    return `rt_${tenantId}_${sessionId}_${generation}_${this.#mac(claims).toString('base64url')}`;
  }

  /** What a refresh token says, or null if it is not ours. Whether it is still good, the directory knows. */
  readRefresh(token: string): RefreshClaims | null {
    const parts = /^rt_([^_]{1,100})_([^_]{1,100})_([1-9][0-9]{0,8})_([A-Za-z0-9_-]{43})$/.exec(token);
    if (!parts) return null;
    const claims = { tenantId: parts[1] ?? '', sessionId: parts[2] ?? '', generation: Number(parts[3]) };
    return timingSafeEqual(Buffer.from(parts[4] ?? '', 'base64url'), this.#mac(claims)) ? claims : null;
  }

  #mac({ tenantId, sessionId, generation }: RefreshClaims): Buffer {
    return createHmac('sha256', this.#refreshKey).update(`${tenantId}\n${sessionId}\n${generation}`).digest();
  }
}
