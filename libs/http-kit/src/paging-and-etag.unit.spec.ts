import { describe, expect, it } from '@jest/globals';
import { etagOf, matchesEtag } from './etag.js';
import { type CursorValue, decodeCursor, encodeCursor, pageOfRows } from './paging.js';

const isPlace = (value: CursorValue): value is { id: string } => typeof value['id'] === 'string';

describe('pages of a list', () => {
  it('a page tells where the next one begins, the last one tells that it is the last', () => {
    const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const page = pageOfRows(rows, 2, ({ id }) => ({ id }));
    expect(page.rows).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(decodeCursor(page.nextCursor ?? '', isPlace)).toEqual({ id: 'b' });
    expect(pageOfRows(rows, 3, ({ id }) => ({ id })).nextCursor).toBeNull();
  });

  const encoded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  it.each(['', 'x', '%%%', encodeCursor({ other: 1 }), encoded(Buffer.from('[1]')), encoded(Buffer.from([0xff]))])(
    'refuses %j as a cursor of this list',
    (cursor) => {
      expect(() => decodeCursor(cursor, isPlace)).toThrow('invalid-query: ?cursor');
    },
  );
});

describe('ETags', () => {
  it('equal bodies have equal tags, others have others', () => {
    expect(etagOf('{"version":1}')).toBe(etagOf(Buffer.from('{"version":1}')));
    expect(etagOf('{"version":1}')).not.toBe(etagOf('{"version":2}'));
    expect(etagOf('x')).toMatch(/^"[A-Za-z0-9_-]{27}"$/);
  });

  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "a"', true],
    ['*', true],
    ['"x"', false],
    ['a', false],
  ])('If-None-Match %s', (header, matches) => {
    expect(matchesEtag(header, '"a"')).toBe(matches);
  });
});
