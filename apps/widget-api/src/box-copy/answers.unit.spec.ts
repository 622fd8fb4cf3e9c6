import { describe, expect, it } from '@jest/globals';
import type { BoxRow } from '#read-model';
import { answerFor, matchesEtag } from './answers.js';
import { BoxCopy, type CachedSite } from './box-copy.js';

const NOW = 1_000_000;
const box = (over: Partial<BoxRow> = {}): BoxRow => ({
  ...{ tenantId: 't1', siteId: 'shop', groupId: null, status: 'online', since: 0, version: 1, next: null, removed: false },
  ...over,
});

function cachedSite(boxes: BoxRow[]): { copy: BoxCopy; site: CachedSite } {
  const copy = new BoxCopy(10);
  const row = { tenantId: 't1', siteId: 'shop', partition: 0, key: 'KEY', origins: [], timeZone: 'UTC', version: 1, removed: false };
  return { copy, site: copy.finishLoad(copy.beginLoad(), { position: 0, site: row, boxes }, NOW) as CachedSite };
}

describe('answers as bytes', () => {
  it('are made once for a site, and once more for each known group', () => {
    const { site } = cachedSite([box(), box({ groupId: 'DE' })]);
    expect(answerFor(site, null, NOW, NOW)).toBe(answerFor(site, null, NOW + 1, NOW + 1));
    expect(answerFor(site, 'DE', NOW, NOW)).toBe(answerFor(site, 'DE', NOW, NOW));
    expect(answerFor(site, 'DE', NOW, NOW)).not.toBe(answerFor(site, null, NOW, NOW));
  });

  it('are not kept for groups nobody knows', () => {
    const { site } = cachedSite([box()]);
    for (let i = 0; i < 100; i++) answerFor(site, `nobody-${i}`, NOW, NOW);
    expect(site.made.size).toBe(0);
  });

  it('go when the rows change', () => {
    const { copy, site } = cachedSite([box()]);
    const before = answerFor(site, null, NOW, NOW);
    copy.apply({ partition: 0, from: 0, to: 1, boxes: [box({ version: 2, status: 'busy' })], sites: [] }, NOW);
    const after = answerFor(site, null, NOW, NOW);
    expect(after?.etag).not.toBe(before?.etag);
    expect(JSON.parse(String(after?.body))).toMatchObject({ status: 'busy', version: 2 });
  });

  it('go when they turn stale or when `next` begins', () => {
    const { site } = cachedSite([box({ next: { at: NOW + 10, status: 'offline' } })]);
    expect(String(answerFor(site, null, NOW, NOW)?.body)).not.toContain('stale');
    expect(String(answerFor(site, null, NOW, NOW - 6_000)?.body)).toContain('"stale":true');
    expect(String(answerFor(site, null, NOW + 10, NOW)?.body)).toContain('"status":"offline"');
  });

  it('have the same ETag for the same body', () => {
    const tags = [1, 2].map(() => answerFor(cachedSite([box()]).site, null, NOW, NOW)?.etag);
    expect(tags[0]).toBe(tags[1]);
    expect(tags[0]).toMatch(/^"[A-Za-z0-9_-]{16}"$/);
  });

  it.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", "abc"', true],
    ['"x",W/"abc" ', true],
    ['*', true],
    ['abc', false],
    ['"ab"', false],
    ['', false],
  ])('If-None-Match: %s matches "abc": %s', (header, matches) => {
    expect(matchesEtag(header, '"abc"')).toBe(matches);
  });
});
