import { HttpException } from '@nestjs/common';
import { isUnavailable } from '#database';
import { invalid, notFound, nowhere, Problem } from './problem.js';

/** What the store says when it cannot be reached, or when it cannot know whether it stored (#event-store). */
const STORE_AWAY = new Set(['StoreUnavailable', 'StoreOutcomeUnknown']);

/**
 * Any error as the problem the client is told. Errors of the rules and of the store are known by their names, so this room knows
 * neither; what nobody foresaw is `internal` and says nothing about its cause.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return ofHttpException(error);
  if (!(error instanceof Error)) return internal(error);
  switch (error.name) {
    case 'Refusal':
      return ofRefusal(error as Error & { code: string; detail: string; extra?: Record<string, unknown> });
    case 'ConflictError':
      return new Problem('conflict', 'Several writers wanted the same thing at the same moment. Try again.', {}, { cause: error });
    case 'IdempotencyKeyReused':
      return new Problem('idempotency-key-reused', 'This key was used for another request before. Use a new key for a new request.', {
        errors: [{ pointer: 'Idempotency-Key', detail: 'was used for another request' }],
      });
  }
  if (isAway(error)) {
    const detail = 'The store cannot be reached at the moment. Nothing is lost: try again shortly.';
    return new Problem('store-unavailable', detail, {}, { cause: error });
  }
  return internal(error);
}

/** Whether the error, or what caused it, is a store that cannot be reached. */
export function isAway(error: unknown): boolean {
  if (isUnavailable(error)) return true;
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (STORE_AWAY.has(e.name)) return true;
  }
  return false;
}

function ofRefusal(refusal: Error & { code: string; detail: string; extra?: Record<string, unknown> }): Problem {
  return refusal.code === 'not-found' ? notFound() : new Problem(refusal.code, refusal.detail, refusal.extra ?? {}, { cause: refusal });
}

/** What Fastify and Nest throw themselves, before or around the slices. */
function ofHttpException(error: HttpException): Problem {
  if (error.cause instanceof Problem) return error.cause;
  const cause = (error.cause as { code?: string } | undefined)?.code;
  switch (error.getStatus()) {
    case 413:
      return new Problem('too-large', 'A body may have at most 16 KiB.');
    case 415:
      return new Problem('unsupported-media-type', 'Send the body as application/json.', {
        errors: [{ pointer: 'Content-Type', detail: 'must be application/json' }],
      });
    case 404:
    case 414:
      return nowhere();
    case 401:
      return new Problem('unauthenticated', 'Send valid credentials as "Authorization: Bearer ...".');
    case 403:
      return new Problem('forbidden', 'Your role does not allow this.');
    case 400:
      if (cause === 'FST_ERR_BAD_URL') return nowhere();
      return new Problem('unreadable-request', 'The request could not be read.', {}, { cause: error });
    default:
      return error.getStatus() < 500 ? invalid('invalid-body', [{ pointer: '', detail: 'could not be read' }]) : internal(error);
  }
}

function internal(cause: unknown): Problem {
  return new Problem('internal', 'Try again; if it stays, tell the operator the time of this answer.', {}, { cause });
}
