// TypeScript compiled for specs, kept by its content in node_modules/.cache: the second run, and the other workers, find it there.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync, version } from '@swc/core';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'ampel-specs');
const { exclude: _, ...settings } = JSON.parse(readFileSync(path.join(ROOT, '.swcrc'), 'utf8'));
const kind = `${version} ${JSON.stringify(settings)}`;

/** Where a source's compiled form and its source map are, or would be, kept. */
function kept(file) {
  const text = readFileSync(file, 'utf8');
  const name = createHash('sha1').update(kind).update(file).update(text).digest('hex');
  return { text, code: path.join(CACHE, `${name}.js`), map: path.join(CACHE, `${name}.js.map`) };
}

/** The path of the source map of a TypeScript file that was loaded. */
export const mapOf = (file) => kept(file).map;

/** A TypeScript file as JavaScript. */
export function compiled(file) {
  const { text, code, map } = kept(file);
  if (existsSync(code)) return { code: readFileSync(code, 'utf8') };
  const made = transformSync(text, { ...settings, filename: file, swcrc: false, configFile: false });
  mkdirSync(CACHE, { recursive: true });
  // The map first: whoever finds the code finds its map. Two workers may write the same; each puts a whole file in its place.
  for (const [target, content] of [[map, made.map], [code, made.code]]) {
    writeFileSync(`${target}.${process.pid}`, content);
    renameSync(`${target}.${process.pid}`, target);
  }
  return { code: made.code };
}
