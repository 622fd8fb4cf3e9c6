import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A strong validator of a body. */
export function etagOf(body: string | Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`; // 160 bits: enough to never meet twice
}

/** Whether `If-None-Match` names this tag (RFC 9110, weak comparison; `*` matches everything). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/**
 * Answers a read that carries a version: sets `ETag` (hash of the body) and gives the body, or 304 and nothing if the client has it.
 * `lasting` is hashed instead of a body that also tells when it was asked for. For handlers with `@Res({ passthrough: true })`.
 */
export function withEtag<T extends object>(request: FastifyRequest, reply: FastifyReply, body: T, lasting: object = body): T | undefined {
  const etag = etagOf(JSON.stringify(lasting));
  reply.header('etag', etag);
  reply.header('cache-control', 'private, no-cache');
  if (!matchesEtag(request.headers['if-none-match'], etag)) return body;
  reply.code(304);
  return undefined;
}
