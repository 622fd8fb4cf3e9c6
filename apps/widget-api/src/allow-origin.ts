import type { IncomingMessage } from 'node:http';
import type { AnswerHeaders, RateLimits } from '#http-kit';
import type { CopyKeeper } from './box-copy/keep-copy.js';
import { crossOriginHeaders } from './cross-origin.js';

/** Where the paths about a site begin. */
const SITES = '/widget/v1/sites/';
const SITE_KEY = /^[A-Za-z0-9._~-]{1,100}/;

/**
 * Lets pages of the site's origins read every answer about it, refusals of whatever kind too: without that a page cannot tell "too many
 * requests, come back in 3 s" from a dead network. What the copy does not have is loaded for a page, within the limit of its address.
 */
export function allowOrigins(answers: AnswerHeaders, keeper: CopyKeeper, limits: Pick<RateLimits, 'mayRead'>): void {
  answers.add(
    SITES,
    (request) => {
      const { origin } = request.headers;
      const site = keeper.find(keyIn(request));
      return site === null || site === undefined ? {} : crossOriginHeaders(site, origin);
    },
    async (request) => {
      const key = keyIn(request);
      if (request.headers.origin === undefined || keeper.find(key) || !limits.mayRead(request)) return;
      await keeper.load(key).catch(() => undefined); // the route says what is wrong
    },
  );
}

function keyIn({ url = '' }: IncomingMessage): string {
  return SITE_KEY.exec(url.slice(SITES.length))?.[0] ?? '';
}
