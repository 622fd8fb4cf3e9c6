import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, matchesEtag } from '../box-copy/answers.js';
import type { CachedSite } from '../box-copy/box-copy.js';
import { allowedOrigin } from '../cross-origin.js';

/** contract: browsers ask again each time (304 is cheap), shared caches may keep an answer for a second. */
const CACHE_CONTROL = 'max-age=0, must-revalidate, s-maxage=1';

/** Headers of an answer; made once per answer, as node's writeHead takes them without looking again. */
const headersOf = new WeakMap<Answer, string[]>();

/** Sends what the box shows: 200 with the body, or 304 if the reader has it already. */
export function sendStatus(request: IncomingMessage, response: ServerResponse, site: CachedSite, answer: Answer): void {
  const { origin, 'if-none-match': ifNoneMatch } = request.headers;
  let headers = headersOf.get(answer);
  if (!headers) headersOf.set(answer, (headers = makeHeaders(answer)));
  const allowed = origin === undefined ? null : allowedOrigin(site, origin);
  if (allowed !== null) headers = [...headers, 'access-control-allow-origin', allowed, 'access-control-expose-headers', 'ETag'];
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, answer.etag)) {
    response.writeHead(304, headers.slice(BODY_HEADERS));
    response.end();
    return;
  }
  response.writeHead(200, headers);
  response.end(answer.body);
}

/** Entries at the front that speak of the body and so are not in a 304 (RFC 9110, 15.4.5). */
const BODY_HEADERS = 4;

function makeHeaders({ body, etag }: Answer): string[] {
  return [
    ...['content-type', 'application/json; charset=utf-8', 'content-length', String(body.length)],
    ...['etag', etag, 'cache-control', CACHE_CONTROL, 'vary', 'Origin', 'x-content-type-options', 'nosniff'],
  ];
}
