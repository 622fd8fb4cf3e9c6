import { describe, expect, it } from '@jest/globals';
import { BoxCopy, type CachedSite } from './box-copy/box-copy.js';
import { crossOriginHeaders } from './cross-origin.js';

function siteOf(origins: string[]): CachedSite {
  const copy = new BoxCopy(1);
  const site = { tenantId: 't1', siteId: 's', partition: 0, key: 'K', origins, timeZone: 'UTC', version: 1, removed: false };
  return copy.finishLoad(copy.beginLoad(), { position: 0, site, boxes: [] }, 0) as CachedSite;
}

describe('which pages may read a status', () => {
  const site = siteOf(['https://shop.example', 'http://localhost:3000', 'null']);

  it('those of an origin the site lists', () => {
    expect(crossOriginHeaders(site, 'https://shop.example')).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': 'https://shop.example',
      'access-control-expose-headers': 'Date, ETag, Retry-After',
    });
  });

  it.each([
    undefined,
    'null',
    '',
    '*',
    'https://shop.example.evil.example',
    'https://evil.example',
    'https://SHOP.example',
    'http://shop.example',
    'https://shop.example/',
    'https://shop.example:443',
    'http://localhost:30000',
  ])('not %s', (origin) => {
    expect(crossOriginHeaders(site, origin)).toEqual({ vary: 'Origin' });
  });
});
