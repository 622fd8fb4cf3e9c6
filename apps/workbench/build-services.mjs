// Compiles apps, libs and migrations, without specs and what runs in browsers, into the folder given, each file with its source map.
// By the compiler's own interface: its command line takes three times as long, and every first `npm start` waits for it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['apps', 'libs', 'migrations'];

const { exclude, ...settings } = JSON.parse(readFileSync(path.join(ROOT, '.swcrc'), 'utf8'));
const excluded = exclude.map((pattern) => new RegExp(pattern));

function sources() {
  const entries = FOLDERS.flatMap((folder) => readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true }));
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)));
  return files.filter((file) => file.endsWith('.ts') && !excluded.some((pattern) => pattern.test(file.split(path.sep).join('/'))));
}

async function compile(file, out) {
  const target = path.join(out, file.replace(/\.ts$/, '.js'));
  const sourceFileName = path.relative(path.dirname(target), path.join(ROOT, file));
  const { code, map } = await transformFile(path.join(ROOT, file), { ...settings, swcrc: false, configFile: false, sourceFileName });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  writeFileSync(`${target}.map`, map);
}

const out = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'));
const compiled = await Promise.allSettled(sources().map((file) => compile(file, out)));
const faults = compiled.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
