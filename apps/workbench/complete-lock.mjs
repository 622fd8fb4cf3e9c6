// npm run lock: completes package-lock.json, so that `npm ci` accepts it everywhere. Run it after every change of a dependency.
// A registry may lack optional packages for other platforms; `npm install` then leaves them out of the lock file and `npm ci` refuses it.
// Also takes out download addresses: the lock file is to work with whatever registry is at hand. --check only says whether it is complete.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../../package-lock.json', import.meta.url);
const PLATFORMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const text = readFileSync(FILE, 'utf8');
const lock = JSON.parse(text);
const notes = [...withoutAddresses(lock.packages), ...withAllOptional(lock.packages)];
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));

if (process.argv.includes('--check')) {
  for (const note of notes) console.error(`package-lock.json ${note}; npm run lock mends it`);
  process.exitCode = notes.length > 0 ? 1 : 0;
} else {
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  for (const note of notes) console.log(`mended: package-lock.json ${note}`);
}

function withoutAddresses(packages) {
  const notes = [];
  for (const [place, entry] of Object.entries(packages)) {
    if (!/^https?:/.test(entry.resolved ?? '')) continue;
    delete entry.resolved;
    notes.push(`held a download address for ${place}`);
  }
  return notes;
}

function withAllOptional(packages) {
  const notes = [];
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isFoundFrom(place, name, packages)) continue;
      packages[`node_modules/${name}`] = entryFor(name, range, entry);
      notes.push(`lacked the optional package ${name}`);
    }
  }
  return notes;
}

/** Looks where Node would: in the package's own node_modules, then in those of the folders above it. */
function isFoundFrom(place, name, packages) {
  for (let folder = place; ; folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** An entry without a checksum: nobody can know it here. Its platform keeps npm from ever fetching it where it does not fit. */
function entryFor(name, range, parent) {
  const words = name.split(/[-/@.]/);
  const os = PLATFORMS.find((platform) => words.includes(platform) || (platform === 'win32' && words.includes('windows')));
  const cpu = PROCESSORS.find((processor) => words.some((word) => word.startsWith(processor))) ?? 'none';
  return {
    version: range.replace(/^[\^~]/, ''),
    ...(parent.dev ? { dev: true } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
    cpu: [cpu],
  };
}
