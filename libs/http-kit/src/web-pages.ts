import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '#config';
import { etagOf, matchesEtag } from './etag.js';
import type { RoleName } from './serve.js';

/** Where `npm run build` puts what runs in browsers: beside the compiled libraries, or, for specs that run from the sources, in dist. */
const FOLDERS = ['../../../web/', '../../../dist/web/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** A name with the hash of its content, as the bundler writes it, never means anything else. */
const HASHED = /\/assets\/[^/]+-[\w-]{8}\.\w+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Asked for anew each time, answered with 304 nearly always. */
const ALWAYS_ASK = 'no-cache';
/** The script in customers' pages: a new version is everywhere within minutes, and no page waits for it meanwhile. Seconds. */
const EMBEDDED = 'public, max-age=300, stale-while-revalidate=86400';

/** Which folder of the build a role serves, and below which path. The demo shop is for trying things out. */
const SERVED: Readonly<Partial<Record<RoleName, readonly { folder: string; prefix: string; development?: true }[]>>> = {
  'agent-api': [
    { folder: 'dashboard', prefix: '/dashboard/' },
    { folder: 'demo', prefix: '/demo/', development: true },
  ],
  'widget-api': [{ folder: 'widget', prefix: '/widget/v1/' }],
};

/** One file as it is answered: the smallest encoding the browser takes. */
interface Variant {
  readonly encoding: 'br' | 'gzip' | null;
  readonly bytes: Buffer;
  readonly etag: string;
}

/**
 * Serves the pages of these roles from memory: read once, compressed when they were built. Nothing is served where nothing was built.
 * `/dashboard/settings.json` and `/demo/settings.json` tell a page where the other APIs are.
 */
export function serveWebPages(fastify: FastifyInstance, roles: readonly RoleName[], settings: Settings): void {
  const web = FOLDERS.find((folder) => existsSync(folder));
  if (web === undefined) return;
  for (const { folder, prefix, development } of roles.flatMap((role) => SERVED[role] ?? [])) {
    if (development && settings.production) continue;
    const names = filesBelow(path.join(web, folder));
    for (const name of names) serveFile(fastify, prefix + name, variantsOf(path.join(web, folder, name)), headersFor(prefix + name, settings));
    if (!names.includes('index.html')) continue;
    const index = variantsOf(path.join(web, folder, 'index.html'));
    serveFile(fastify, prefix, index, headersFor(`${prefix}index.html`, settings));
    fastify.get(prefix.slice(0, -1), (_request, reply) => reply.code(308).header('location', prefix).send());
    if (development) fastify.get(`${prefix}demo.json`, (_request, reply) => sendDemo(reply, path.join(settings.dataDir, 'demo.json')));
    fastify.get(`${prefix}settings.json`, (_request, reply) => reply.header('cache-control', ALWAYS_ASK).send(placesOf(settings)));
  }
}

/** The demo tenant as `npm start` wrote it down, public credentials included; 404 where nothing was seeded. */
function sendDemo(reply: FastifyReply, file: string): unknown {
  if (!existsSync(file)) return reply.code(404).send();
  return reply.header('cache-control', 'no-store').type('application/json').send(readFileSync(file));
}

/** Origins of the other doors as a browser reaches them; empty = the page's own (one process, or one address in front of all). */
function placesOf({ adminUrl = '', widgetUrl = '' }: Settings): { adminUrl: string; widgetUrl: string } {
  return { adminUrl, widgetUrl };
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && path.extname(entry.name) in TYPES)
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

function variantsOf(file: string): readonly Variant[] {
  const read = (suffix: string, encoding: Variant['encoding']): Variant[] => {
    if (!existsSync(file + suffix)) return [];
    const bytes = readFileSync(file + suffix);
    return [{ encoding, bytes, etag: etagOf(bytes) }];
  };
  return [...read('.br', 'br'), ...read('.gz', 'gzip'), ...read('', null)];
}

function headersFor(url: string, settings: Settings): Record<string, string> {
  const type = TYPES[path.extname(url)] ?? '';
  const embedded = url.startsWith('/widget/');
  return {
    'content-type': type,
    'cache-control': embedded ? EMBEDDED : HASHED.test(url) ? FOR_EVER : ALWAYS_ASK,
    vary: 'accept-encoding',
    ...(type.startsWith('text/html') ? { 'content-security-policy': pagePolicy(url, settings), 'cross-origin-opener-policy': 'same-origin' } : {}),
    // Any page may embed the script, also with a checksum (integrity needs CORS) or under a policy that isolates it.
    ...(embedded ? { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } : {}),
  };
}

/** Own scripts and styles only, nothing inline, and nobody's frame but our own demo's (targets 4). Texts can never become markup. */
function pagePolicy(url: string, settings: Settings): string {
  const { adminUrl, widgetUrl } = placesOf(settings);
  const ours = (...more: string[]): string => ["'self'", ...new Set(more.filter((origin) => origin !== ''))].join(' ');
  const demo = url.startsWith('/demo/');
  return [
    "default-src 'none'",
    `script-src ${demo ? ours(widgetUrl) : ours()}`,
    `style-src ${ours()}`,
    `img-src ${ours()} data:`,
    `font-src ${ours()}`,
    `connect-src ${ours(adminUrl, widgetUrl)}`,
    `manifest-src ${ours()}`,
    ...(demo ? [`frame-src ${ours()}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function serveFile(fastify: FastifyInstance, url: string, variants: readonly Variant[], headers: Record<string, string>): void {
  fastify.get(url, (request: FastifyRequest, reply: FastifyReply) => {
    const variant = variants.find(({ encoding }) => encoding === null || accepts(request.headers['accept-encoding'], encoding));
    if (!variant) return reply.code(404).send();
    reply.headers(headers).header('etag', variant.etag);
    if (variant.encoding) reply.header('content-encoding', variant.encoding);
    if (matchesEtag(request.headers['if-none-match'], variant.etag)) return reply.code(304).send();
    return reply.send(variant.bytes);
  });
}

/** Whether the header takes this encoding; `q=0` refuses it. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return String(header ?? '')
    .split(',')
    .some((part) => {
      const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      return (name === encoding || name === '*') && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}
