import { createHash } from 'node:crypto';
import type { WidgetStatus } from '#contract';
import type { Instant } from '#read-model';
import type { CachedSite } from './box-copy.js';
import { type Freshness, freshnessAt } from './freshness.js';
import { shownAt } from './shown-status.js';

/** A payload as bytes, made once and sent to everybody who asks the same (architecture 7). */
export interface Answer {
  readonly version: number;
  readonly body: Buffer;
  /** Quoted hash of the body (contract, "ETag"). */
  readonly etag: string;
  readonly holdsUntil: Instant;
  readonly freshness: Freshness;
  readonly payload: WidgetStatus;
}

/**
 * The bytes for a site, or for a group on it; null if there is no such site. Made anew only when the rows, the freshness or `next` moved.
 * Answers for groups nobody knows are not kept: their number is the asker's choice.
 */
export function answerFor(site: CachedSite, group: string | null, now: Instant, rightUntil: Instant): Answer | null {
  const id = group === null ? '' : `=${group}`;
  const kept = site.made.get(id) as Answer | undefined;
  if (kept && now < kept.holdsUntil && freshnessAt(now, rightUntil) === kept.freshness && !site.site.removed) return kept;
  const shown = shownAt(site, group, now, rightUntil);
  if (!shown) return null;
  const answer = answerOfPayload(shown.payload, shown.holdsUntil, freshnessAt(now, rightUntil));
  if (group === null || site.boxes.has(group)) site.made.set(id, answer);
  return answer;
}

export function answerOfPayload(payload: WidgetStatus, holdsUntil: Instant, freshness: Freshness): Answer {
  const body = Buffer.from(JSON.stringify(payload));
  return { version: payload.version, body, etag: etagOf(body), holdsUntil, freshness, payload };
}

// 96 bits: two bodies of one box never share it by chance.
function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
}

/** RFC 9110 13.1.2: whether the reader already has this body; weak comparison, lists and `*`. */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === etag || ifNoneMatch === '*') return true;
  return ifNoneMatch.split(',').some((one) => {
    const tag = one.trim();
    return (tag.startsWith('W/') ? tag.slice(2) : tag) === etag;
  });
}
