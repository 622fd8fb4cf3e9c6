import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** What `npm test` has built before. */
const WEB = path.resolve('dist/web');
const read = (name: string): string => readFileSync(path.join(WEB, name), 'utf8');
const zipped = (name: string): number => statSync(path.join(WEB, existsSync(path.join(WEB, `${name}.gz`)) ? `${name}.gz` : name)).size;

/** Everything the browser has to have before the page works: the page, its scripts and styles, and what those import at once. */
function firstLoad(page: string): string[] {
  const loaded = new Set([`${page}/index.html`]);
  for (const name of loaded) {
    const text = read(name);
    const ofPage = [...text.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file = '']) => file);
    const ofScript = name.endsWith('.js') ? [...text.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, file = '']) => `${page}/assets/${file}`) : [];
    for (const file of [...ofPage, ...ofScript]) loaded.add(file);
  }
  return [...loaded];
}

/** Names of languages, hosts that are reserved for examples (RFC 2606), and what a person types put behind `https://`. */
const NEVER_ASKED = / (http:\/\/www\.w3\.org\/|https:\/\/(\w+\.)?example\.com\b|https:\/\/\$\{)/;

describe('what browsers have to load (issue 6)', () => {
  it('the first load of the dashboard has at most 60 kB', () => {
    const files = firstLoad('dashboard');
    expect(files.length).toBeGreaterThan(2);
    const sizes = Object.fromEntries(files.map((name) => [name, zipped(name)]));
    expect([Object.values(sizes).reduce((sum, size) => sum + size, 0) <= 60_000, sizes]).toEqual([true, sizes]);
  });

  it('the widget has at most 5 kB', () => {
    expect(zipped('widget/widget.js')).toBeLessThanOrEqual(5_000);
    expect(zipped('widget/smartsupp.js')).toBeLessThanOrEqual(1_000);
    expect(zipped('widget/panel.js')).toBeLessThanOrEqual(5_000); // the open box, loaded when somebody is about to open it
  });

  it('nothing names a foreign host', () => {
    const texts = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(html|js|css|svg|json)$/.test(name));
    const hosts = texts.flatMap((name) => [...read(name).matchAll(/https?:\/\/[^\s"'`)<]+/g)].map(([url]) => `${name}: ${url}`));
    expect(hosts.filter((one) => !NEVER_ASKED.test(one))).toEqual([]);
  });
});
