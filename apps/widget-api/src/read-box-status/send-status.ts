import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, matchesEtag } from '../box-copy/answers.js';
import type { CachedSite } from '../box-copy/box-copy.js';
import { allowedOrigin, EXPOSED_HEADERS } from '../cross-origin.js';

/** contract: browsers ask again each time (304 is cheap), shared caches may keep an answer for a second. */
const CACHE_CONTROL = 'max-age=0, must-revalidate, s-maxage=1';

/** What one visitor sees is kept by nobody for others. */
const OWN_CACHE_CONTROL = 'private, max-age=0, must-revalidate';

/** Headers as node's writeHead takes them without looking again; made once per answer. */
interface Headers {
  readonly full: string[];
  /** Without those that speak of the body (RFC 9110, 15.4.5). */
  readonly notModified: string[];
}
const made = new WeakMap<Answer, Headers>();

/** Sends what the box shows: 200 with the body, or 304 if the reader has it already. */
export function sendStatus(request: IncomingMessage, response: ServerResponse, site: CachedSite, answer: Answer, ownOnly = false): void {
  const { origin, 'if-none-match': ifNoneMatch } = request.headers;
  const has = ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, answer.etag);
  const { full, notModified } = headersOf(answer);
  const forAll = has ? notModified : full;
  const headers = ownOnly ? forAll.map((value) => (value === CACHE_CONTROL ? OWN_CACHE_CONTROL : value)) : forAll;
  response.writeHead(has ? 304 : 200, origin === undefined ? headers : withOrigin(headers, site, origin));
  response.end(has ? undefined : answer.body);
}

function headersOf(answer: Answer): Headers {
  const known = made.get(answer);
  if (known) return known;
  const { body, etag } = answer;
  const notModified = ['etag', etag, 'cache-control', CACHE_CONTROL, 'vary', 'Origin', 'x-content-type-options', 'nosniff'];
  const full = ['content-type', 'application/json; charset=utf-8', 'content-length', String(body.length), ...notModified];
  made.set(answer, { full, notModified });
  return { full, notModified };
}

function withOrigin(headers: string[], site: CachedSite, origin: string): string[] {
  const allowed = allowedOrigin(site, origin);
  return allowed === null ? headers : [...headers, 'access-control-allow-origin', allowed, 'access-control-expose-headers', EXPOSED_HEADERS];
}
