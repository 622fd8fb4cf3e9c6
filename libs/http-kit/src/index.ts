/**
 * HTTP kit: how every service of the house speaks HTTP and runs as a process.
 *
 * Owns: `runService` (Nest on Fastify), errors as problem+json, validation by zod, principals and grants, idempotency keys, ETags,
 *   paging, streams, tokens of sessions, health, docs.
 * Invariants: every route declares who may use it, else the start fails; bad input is 4xx and names the place; no stack leaves the
 *   process; the tenant comes from the token; a stop ends within 10 s with streams open; nothing waits for ever.
 * Lifecycle: `runService(...)` opens the runtime (pools, bus, clock), `close()` lets go of it in the opposite order.
 * May import: contract, config, database, messaging, clock, observability. Never the domain.
 */
export { declaredRoutes } from './access-guard.js';
export type { DeclaredRoute } from './access-guard.js';
export { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-token.js';
export type { RefreshClaims } from './access-token.js';
export { Allow, Caller, SessionOf } from './allow.js';
export type { Grant } from './allow.js';
export { Answers } from './answers.js';
export type { AnswerOptions } from './answers.js';
export { AnswerHeaders } from './answer-headers.js';
export { Authentication } from './authentication.js';
export type { SessionCheck, TokenReader } from './authentication.js';
export { withEtag } from './etag.js';
export { EventTransports } from './event-transports.js';
export { FastLane } from './fast-lane.js';
export type { FastHandler } from './fast-lane.js';
export { IdempotencyKey, canonicalJson, idempotencyOf } from './idempotency.js';
export type { IdempotencyOf } from './idempotency.js';
export { BODY_LIMIT, parseJson } from './json-body.js';
export { LargeBody, Raw } from './large-body.js';
export type { RawBody } from './large-body.js';
export { LimitedByAddress, NotLimited } from './limit-guard.js';
export { OpenStreams } from './open-streams.js';
export { decodeCursor, encodeCursor, pageOfRows } from './paging.js';
export type { CursorValue } from './paging.js';
export { actorOf, maybePrincipal, principalOf } from './principal.js';
export type { AgentPrincipal, Principal } from './principal.js';
export { answerOf, invalid, notFound, Problem } from './problem.js';
export type { ErrorCatalogue, InputFault, ProblemAnswer } from './problem.js';
export { isAway, problemOf } from './problem-of.js';
export { runProcess } from './process.js';
export { RateLimits } from './rate-limits.js';
export { Readiness } from './readiness.js';
export type { ReadinessCheck } from './readiness.js';
export { readAs } from './schema-pipe.js';
export { runService } from './serve.js';
export type { RoleName, Service, ServiceOptions } from './serve.js';
export { COMMENT_PING, frame } from './sse.js';
export type { SseReader } from './sse.js';
