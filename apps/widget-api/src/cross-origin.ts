import type { ServerResponse } from 'node:http';
import type { CachedSite } from './box-copy/box-copy.js';

/** Request headers a page may set beside the simple ones; needed by readers that use fetch instead of EventSource. */
const ALLOWED_HEADERS = {
  'GET, HEAD': 'Cache-Control, If-None-Match, Last-Event-ID',
  POST: 'Content-Type, Idempotency-Key',
};
// A day is the most any browser keeps; an origin taken off the list is refused by the answer itself anyway. Seconds.
const PREFLIGHT_MAX_AGE = '600';

/** What a page may read beside the body and the headers that are always open to it. */
export const EXPOSED_HEADERS = 'Date, ETag, Retry-After';

/** The origin to allow, or null: only one the site lists, exactly as written there, never `null`, never an echo (targets 4, API3). */
export function allowedOrigin(site: CachedSite, origin: string | undefined): string | null {
  return origin !== undefined && origin !== 'null' && site.site.origins.includes(origin) ? origin : null;
}

/** The CORS headers of an answer about a site. Answers differ by origin, so caches must too. */
export function crossOriginHeaders(site: CachedSite, origin: string | undefined): Record<string, string> {
  const allowed = allowedOrigin(site, origin);
  return { vary: 'Origin', ...(allowed === null ? {} : { 'access-control-allow-origin': allowed, 'access-control-expose-headers': EXPOSED_HEADERS }) };
}

/** Answers a preflight; without permission, if the site does not list the origin. */
export function answerPreflight(
  response: ServerResponse,
  site: CachedSite,
  origin: string | undefined,
  methods: keyof typeof ALLOWED_HEADERS = 'GET, HEAD',
): void {
  const allowed = allowedOrigin(site, origin);
  response.writeHead(204, {
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    ...(allowed
      ? {
          'access-control-allow-origin': allowed,
          'access-control-allow-methods': methods,
          'access-control-allow-headers': ALLOWED_HEADERS[methods],
          'access-control-max-age': PREFLIGHT_MAX_AGE,
        }
      : {}),
  });
  response.end();
}
