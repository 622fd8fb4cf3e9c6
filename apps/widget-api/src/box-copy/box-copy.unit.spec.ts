import { describe, expect, it } from '@jest/globals';
import type { BoxRow, SiteRow } from '#read-model';
import { BoxCopy, type BoxMessage, type CachedSite } from './box-copy.js';
import { shownAt } from './shown-status.js';

const NOW = 1_000;
const site = (over: Partial<SiteRow> = {}): SiteRow => ({
  ...{ tenantId: 't1', siteId: 'shop', partition: 3, key: 'KEY', origins: [], timeZone: 'UTC', version: 1, removed: false },
  ...over,
});
const box = (version: number, over: Partial<BoxRow> = {}): BoxRow => ({
  ...{ tenantId: 't1', siteId: 'shop', groupId: null, status: 'offline', since: 0, version, next: null, removed: false },
  ...over,
});
const message = (from: number, to: number, boxes: BoxRow[], sites: SiteRow[] = []): BoxMessage => ({
  ...{ partition: 3, from, to, boxes, sites },
});

function loadedCopy(position: number, boxes: BoxRow[], capacity = 10): { copy: BoxCopy; cached: CachedSite } {
  const copy = new BoxCopy(capacity);
  const cached = copy.finishLoad(copy.beginLoad(), { position, site: site(), boxes }, NOW);
  if (!cached) throw new Error('the site was not taken in');
  return { copy, cached };
}

const versionOf = (cached: CachedSite, group = ''): number | undefined => cached.boxes.get(group)?.version;

describe('the copy of the boxes', () => {
  it('applies a message that joins on, and tells which sites it changed', () => {
    const { copy, cached } = loadedCopy(5, [box(1)]);
    const changed = copy.apply(message(5, 6, [box(2, { status: 'online' })]), NOW);
    expect([...changed]).toEqual([cached]);
    expect(cached.boxes.get('')?.status).toBe('online');
    expect(copy.behind()).toEqual([]);
  });

  it('drops a lower version and says that nothing changed', () => {
    const { copy, cached } = loadedCopy(5, [box(4)]);
    expect(copy.apply(message(4, 5, [box(3)]), NOW).size).toBe(0);
    expect(versionOf(cached)).toBe(4);
  });

  it('applies an equal version, and counts it as a change only if it differs', () => {
    const { copy } = loadedCopy(5, [box(4)]);
    expect(copy.apply(message(5, 6, [box(4)]), NOW).size).toBe(0);
    expect(copy.apply(message(6, 7, [box(4, { status: 'busy' })]), NOW).size).toBe(1);
  });

  it('is behind after a lost message, and holds back what came later: a state that never was is not shown', () => {
    const { copy, cached } = loadedCopy(5, [box(1)]);
    expect(copy.apply(message(6, 7, [box(3)]), NOW).size).toBe(0);
    expect(copy.behind()).toEqual([3]);
    expect(copy.progressOf(3)?.behindSince).toBe(NOW);
    expect(versionOf(cached)).toBe(1);
  });

  it('shows what it held back once the missing message comes, and tells of it', () => {
    const { copy, cached } = loadedCopy(5, [box(1)]);
    copy.apply(message(7, 8, [box(4)]), NOW);
    copy.apply(message(6, 7, [box(3), box(3, { groupId: 'DE' })]), NOW);
    expect([...copy.apply(message(5, 6, [box(2)]), NOW)]).toEqual([cached]);
    expect([versionOf(cached), versionOf(cached, 'DE')]).toEqual([4, 3]);
  });

  // Found by the simulation (I11): DE was added at version 4 in a message that was lost; a widget on DE was told the site's version 5,
  // then DE's 4.
  it('a widget on a group that was just added never gets a version and then a lower one', () => {
    const { copy, cached } = loadedCopy(5, [box(3)]);
    copy.apply(message(6, 7, [box(5, { status: 'busy' })]), NOW);
    const first = shownAt(cached, 'DE', NOW, NOW)?.payload.version ?? 0;
    copy.apply(message(5, 6, [box(4, { groupId: 'DE' })]), NOW);
    expect(shownAt(cached, 'DE', NOW, NOW)?.payload.version).toBeGreaterThanOrEqual(first);
  });

  // Found by the simulation (I7): the site changed at version 4 in a message that was lost, DE was deleted at 5.
  it('a widget on a deleted group never gets the status of the site before at the version of the deletion', () => {
    const { copy, cached } = loadedCopy(5, [box(3, { status: 'online' }), box(2, { groupId: 'DE' })]);
    copy.apply(message(6, 7, [box(5, { groupId: 'DE', removed: true })]), NOW);
    expect(shownAt(cached, 'DE', NOW, NOW)?.payload).toMatchObject({ status: 'offline', version: 2 });
    copy.apply(message(5, 6, [box(4, { status: 'busy' })]), NOW);
    expect(shownAt(cached, 'DE', NOW, NOW)?.payload).toMatchObject({ status: 'busy', version: 5 });
  });

  it('does not take in what overtook the rows of a first load with a gap in between', () => {
    const copy = new BoxCopy(10);
    const ticket = copy.beginLoad();
    copy.apply(message(6, 7, [box(3)]), NOW);
    const cached = copy.finishLoad(ticket, { position: 5, site: site(), boxes: [box(1)] }, NOW) as CachedSite;
    expect(versionOf(cached)).toBe(1);
    expect(copy.behind()).toEqual([3]);
    copy.apply(message(5, 6, [box(2)]), NOW);
    expect(copy.behind()).toEqual([3]);
    copy.beginReload(3);
    copy.finishReload(3, { position: 7, sites: [], boxes: [box(3)] }, NOW);
    expect([versionOf(cached), copy.behind()]).toEqual([3, []]);
  });

  it('is even again when the missing message comes late', () => {
    const { copy } = loadedCopy(5, [box(1)]);
    copy.apply(message(6, 7, [box(3)]), NOW);
    copy.apply(message(7, 9, [box(4)]), NOW);
    copy.apply(message(5, 6, [box(2)]), NOW);
    expect(copy.behind()).toEqual([]);
    expect(copy.progressOf(3)?.position).toBe(9);
  });

  it('is even again after a reload that reached what was heard of', () => {
    const { copy, cached } = loadedCopy(5, [box(1), box(1, { groupId: 'DE' })]);
    copy.apply(message(6, 7, [box(3)]), NOW);
    const asked = copy.beginReload(3);
    expect(asked).toEqual([{ tenantId: 't1', siteId: 'shop', version: 1 }]);
    copy.finishReload(3, { position: 7, sites: [site({ version: 3 })], boxes: [box(3), box(2, { groupId: 'DE' })] }, NOW);
    expect(copy.behind()).toEqual([]);
    expect(versionOf(cached, 'DE')).toBe(2);
  });

  it('stays behind after a reload that did not reach it', () => {
    const { copy } = loadedCopy(5, [box(1)]);
    copy.apply(message(8, 9, [box(3)]), NOW);
    copy.beginReload(3);
    copy.finishReload(3, { position: 6, sites: [], boxes: [] }, NOW);
    expect(copy.behind()).toEqual([3]);
  });

  it('believes a beacon only from the next one on, since messages may still be on their way', () => {
    const { copy } = loadedCopy(5, [box(1)]);
    copy.progressOf(3)?.announced(6, NOW);
    expect(copy.behind()).toEqual([]);
    copy.progressOf(3)?.announced(6, NOW);
    expect(copy.behind()).toEqual([3]);
  });

  it('does not lose a message that overtakes the rows of a first load', () => {
    const copy = new BoxCopy(10);
    const ticket = copy.beginLoad();
    copy.apply(message(5, 6, [box(2, { status: 'online' })]), NOW);
    const cached = copy.finishLoad(ticket, { position: 5, site: site(), boxes: [box(1)] }, NOW);
    expect(cached?.boxes.get('')?.status).toBe('online');
    expect(copy.progressOf(3)?.position).toBe(6);
  });

  it('reloads the partition if a site came in with rows older than those of its neighbours', () => {
    const { copy } = loadedCopy(9, [box(1)]);
    const late = { position: 7, site: site({ siteId: 'blog', key: 'BLOG' }), boxes: [] };
    copy.finishLoad(copy.beginLoad(), late, NOW);
    expect(copy.behind()).toEqual([3]);
  });

  it('is not complete beyond a site that came in while a reload was under way', () => {
    const { copy } = loadedCopy(5, [box(1)]);
    copy.progressOf(3)?.exists(9, NOW);
    copy.beginReload(3);
    copy.finishLoad(copy.beginLoad(), { position: 7, site: site({ siteId: 'blog', key: 'BLOG' }), boxes: [] }, NOW);
    copy.finishReload(3, { position: 9, sites: [], boxes: [] }, NOW);
    expect(copy.progressOf(3)?.position).toBe(7);
    expect(copy.behind()).toEqual([3]);
  });

  it('takes new origins of a site, which have no version, by their position', () => {
    const { copy, cached } = loadedCopy(5, [box(1)]);
    copy.apply(message(6, 7, [], [site({ origins: ['https://new.example'] })]), NOW);
    copy.apply(message(5, 6, [], [site({ origins: ['https://old.example'] })]), NOW);
    expect(cached.site.origins).toEqual(['https://new.example']);
  });

  it('forgets the site that was used longest ago, but never one that somebody watches', () => {
    const { copy, cached } = loadedCopy(5, [box(1)], 2);
    cached.watchers = 1;
    for (const key of ['A', 'B', 'C', 'D']) {
      copy.finishLoad(copy.beginLoad(), { position: 5, site: site({ siteId: key, key }), boxes: [] }, NOW);
    }
    expect(copy.size).toBe(2);
    expect(copy.find('KEY')).toBe(cached);
    expect(copy.find('D')).toBeDefined();
  });

  it('follows a partition only while it has a site of it', () => {
    const { copy } = loadedCopy(5, [box(1)], 1);
    copy.finishLoad(copy.beginLoad(), { position: 1, site: site({ siteId: 'x', key: 'X', partition: 4 }), boxes: [] }, NOW);
    expect(copy.progressOf(3)).toBeUndefined();
    expect(copy.apply(message(8, 9, [box(2)]), NOW).size).toBe(0);
  });
});
