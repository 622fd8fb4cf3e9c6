import { createHmac, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { AgentPrincipal, Principal, Role } from './principal.js';

/** Seconds an access token lives (targets 4: at most 10 minutes). */
export const ACCESS_TOKEN_SECONDS = 600;

/** Verified tokens remembered at most; a verify costs 176 µs, a look-up 1.4 µs (architecture 5). About 500 bytes each. */
const REMEMBERED = 100_000;

const ALGORITHM = 'HS256';
const ISSUER = 'ampel';
const AUDIENCE = 'agent';

/** The part of the clock needed here: now in ms since epoch, Postgres's clock. */
export interface TokenClock {
  now(): number;
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
  readonly #key: Uint8Array;
  readonly #refreshKey: Buffer;
  readonly #proven = new Map<string, { principal: AgentPrincipal; endsAt: number }>();

  constructor(
    secret: string,
    private readonly clock: TokenClock,
  ) {
    this.#key = createHmac('sha256', secret).update('ampel access token').digest();
    this.#refreshKey = createHmac('sha256', secret).update('ampel refresh token').digest();
  }

  /** A new access token for the session. */
  issue(principal: AgentPrincipal): Promise<string> {
    const { agentId, sessionId, tenantId, partition, role } = principal;
    const issuedAt = Math.floor(this.clock.now() / 1000);
    return new SignJWT({ sid: sessionId, tid: tenantId, prt: partition, role })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(agentId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(this.#key);
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
  async verify(token: string): Promise<AgentPrincipal | null> {
    const remembered = this.remembered(token);
    if (remembered) return remembered;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: new Date(this.clock.now()),
        requiredClaims: ['sub', 'exp', 'sid', 'tid', 'prt', 'role'],
      });
      const principal: AgentPrincipal = {
        kind: 'agent',
        agentId: String(payload.sub),
        sessionId: String(payload['sid']),
        tenantId: String(payload['tid']),
        partition: Number(payload['prt']),
        role: payload['role'] as Role,
      };
      this.#remember(token, principal, Number(payload.exp) * 1000);
      return principal;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  }

  /** Reader for Authentication. */
  readonly reader = (token: string): Promise<Principal | null> | Principal | null =>
    token.startsWith('ey') ? (this.remembered(token) ?? this.verify(token)) : null;

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

  #remember(token: string, principal: AgentPrincipal, endsAt: number): void {
    if (this.#proven.size >= REMEMBERED) {
      // the oldest went in first; a tenth at once, so that a full memory does not cost every call
      for (const old of [...this.#proven.keys()].slice(0, REMEMBERED / 10)) this.#proven.delete(old);
    }
    this.#proven.set(token, { principal, endsAt });
  }
}
