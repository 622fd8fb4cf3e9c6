// Node's module hooks for spec files: TypeScript is compiled when it is loaded, `#rooms` lead to sources instead of dist, and `@jest/globals` to
// what Jest made for this process. They run in a thread of their own, as Node wants it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.mjs';

const GLOBALS = new URL('spec-globals.mjs', import.meta.url).href;
const ROOT = new URL('../../../', import.meta.url).href;

/** Packages are taken as what is compiled finds them: packed, if they are (ADR 40). */
const COMPILED = new URL('dist/', ROOT).href;
const isPacked = (specifier) => /^[@\w]/.test(specifier) && existsSync(new URL(`node_modules/${specifier}/package.json`, COMPILED));

/** A module asked for as `…?fresh=1` is a copy of its own, and so is all it imports of ours and whatever is said to be part of it. */
const freshOf = (url = '') => /\?fresh=\w+$/.exec(url)?.[0] ?? '';
const MAY_BE_FRESH = /\/node_modules\/temporal-polyfill\//;

export async function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
  const { parentURL = '' } = context;
  const conditions = [...context.conditions, 'ampel-source'];
  const found = await next(source(specifier, parentURL), { ...context, conditions, ...(isPacked(specifier) ? { parentURL: COMPILED } : {}) });
  const fresh = freshOf(parentURL);
  if (fresh === '' || freshOf(found.url) !== '' || !found.url.startsWith(ROOT)) return found;
  const ours = !found.url.includes('/node_modules/') || MAY_BE_FRESH.test(found.url);
  return ours ? { ...found, url: `${found.url}${fresh}` } : found;
}

/** What a source imports as `./x.js` is `./x.ts` as long as nobody has compiled it. */
function source(specifier, parentURL) {
  if (!specifier.startsWith('.') || !/\.ts(\?|$)/.test(parentURL) || !/\.js(\?|$)/.test(specifier)) return specifier;
  const typescript = new URL(specifier.replace(/\.js(\?|$)/, '.ts$1'), parentURL);
  return existsSync(typescript) ? typescript.href : specifier;
}

export async function load(url, context, next) {
  if (!/\.ts(\?|$)/.test(url)) return next(url, context);
  return { format: 'module', source: compiled(fileURLToPath(url)).code, shortCircuit: true };
}
