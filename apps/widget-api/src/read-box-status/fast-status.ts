import type { IncomingMessage } from 'node:http';
import type { Clock } from '#clock';
import type { FastHandler } from '#http-kit';
import { answerFor } from '../box-copy/answers.js';
import type { CopyKeeper } from '../box-copy/keep-copy.js';
import { sendStatus } from './send-status.js';

/** Where the paths of this API begin. */
export const SITES_PATH = '/widget/v1/sites/';
const STATUS = '/status';

/**
 * The hot path (targets P4): a plain GET of a cached site's status is answered before the framework sees it. Whatever is not plain (another
 * method, escapes, a doubled or over-long parameter, a site that has to be loaded, an address that asks too much) is left to the
 * controller, which answers the same.
 */
export function fastStatus(keeper: CopyKeeper, clock: Clock, mayRead: (request: IncomingMessage) => boolean, onAnswer: () => void): FastHandler {
  return (request, response) => {
    if (request.method !== 'GET') return false;
    const asked = plainQuestion(request.url ?? '');
    if (!asked) return false;
    const site = keeper.find(asked.key);
    const answer = site && answerFor(site, asked.group, clock.now(), keeper.rightUntil(site.partition));
    // A visitor in a conversation may see something else (behaviour D17).
    if (answer && (answer.payload.status === 'offline' || answer.payload.next !== null) && request.url?.includes('visitor=')) return false;
    if (!site || !answer || !mayRead(request)) return false;
    sendStatus(request, response, site, answer);
    onAnswer();
    return true;
  };
}

/** Site key and group of a URL without anything to decode or to refuse; null for every other URL. */
export function plainQuestion(url: string): { key: string; group: string | null } | null {
  const queryAt = url.indexOf('?');
  const pathEnd = queryAt < 0 ? url.length : queryAt;
  const keyEnd = pathEnd - STATUS.length;
  if (!url.startsWith(SITES_PATH) || keyEnd <= SITES_PATH.length || !url.startsWith(STATUS, keyEnd)) return null;
  const key = url.slice(SITES_PATH.length, keyEnd);
  if (!PLAIN.test(key)) return null;
  if (queryAt < 0) return { key, group: null };
  const query = PLAIN_QUERY.exec(url.slice(queryAt + 1));
  return query ? { key, group: query[1] ?? query[2] ?? null } : null;
}

const PLAIN = /^[A-Za-z0-9._~-]{1,100}$/;
const ID = '[A-Za-z0-9._~-]{1,100}';
const PLAIN_QUERY = new RegExp(`^(?:group=(${ID})(?:&visitor=${ID})?|visitor=${ID}(?:&group=(${ID}))?)$`);
