// What must be true before anything of ours can run: the right Node, the packages of the lock file, compiled sources.
// Node's built-ins only, for on a fresh clone there is nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (...parts) => path.join(root, ...parts);
const SOURCES = ['apps', 'libs', 'migrations'];
const COMPILER_FILES = ['.swcrc', 'package.json', 'apps/workbench/build-services.mjs'];
/** What runs in browsers, and what that is made of; the bundler also reads the lock file's versions and its own settings. */
const WEB_SOURCES = ['apps/dashboard', 'apps/demo', 'apps/widget', 'libs/contract', 'libs/domain', 'libs/presence-client'];
const BUNDLER_FILES = ['package.json', 'apps/workbench/build-web.mjs'];
/** What the packed packages are made of. */
const PACKER_FILES = ['package-lock.json', 'apps/workbench/build-packages.mjs'];
const OLDEST_NODE = [20, 19];
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Gives a sentence if this Node is too old, else undefined. */
export function unfitNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Ampel needs Node ${OLDEST_NODE.join('.')} or newer, this is Node ${version}. Install a newer one (https://nodejs.org), then start again.`;
}

/** Says whether every package of the lock file is installed in its version; packages for other platforms may be absent. */
export function isInstalled(folder = root, { withDevelopment = true } = {}) {
  const read = (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')).packages;
  if (!existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) return false;
  const installed = read(path.join('node_modules', '.package-lock.json'));
  return Object.entries(read('package-lock.json')).every(
    ([name, { version, optional, dev, link }]) =>
      name === '' || link || (dev && !withDevelopment) || (installed[name] ? installed[name].version === version : optional),
  );
}

/** Installs the packages of the lock file if one is missing. `step(line, work)` shows the progress. */
export async function ensureInstalled(step, { withDevelopment } = {}) {
  if (isInstalled(root, { withDevelopment })) return;
  await step('installing packages (npm ci; about a minute the first time)', () => {
    const npm = process.env.npm_execpath;
    const [program, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
    return run(program, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}

/** Compiles apps, libs and migrations into dist/ and packs packages there, if something has changed. `tolerant`: keep what did compile (watching others work). */
export async function ensureBuilt(step, { tolerant = false } = {}) {
  const fingerprint = fingerprintOf([...COMPILER_FILES, ...BUNDLER_FILES, ...PACKER_FILES], SOURCES);
  const stamp = at('dist', '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  await step('compiling', () => build(fingerprint, tolerant));
}

async function build(fingerprint, tolerant) {
  // Beside its place and then swapped: whoever runs from dist/ meanwhile never meets half of it.
  const fresh = at(`dist.${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  try {
    const compile = run(process.execPath, [at('apps', 'workbench', 'build-services.mjs'), fresh]);
    const tolerated = (error) => {
      if (!tolerant) throw error;
      console.error(`not everything compiled: ${error.message}`);
    };
    const web = unlessUnchanged('build-web.mjs', fresh, 'web', fingerprintOf(BUNDLER_FILES, WEB_SOURCES));
    const packages = unlessUnchanged('build-packages.mjs', fresh, 'node_modules', fingerprintOf(PACKER_FILES, []));
    await Promise.all([compile, web, packages].map((one) => one.catch(tolerated)));
    if (!tolerant) writeFileSync(path.join(fresh, '.stamp'), fingerprint);
    swap(fresh, at('dist'));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Has `script` make the folder `name`, or takes that of the build before if nothing that it is made of has changed. */
async function unlessUnchanged(script, fresh, name, fingerprint) {
  const former = at('dist', name);
  const stamp = path.join(former, '.stamp');
  const folder = path.join(fresh, name);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return cpSync(former, folder, { recursive: true });
  await run(process.execPath, [at('apps', 'workbench', script), folder]);
  writeFileSync(path.join(folder, '.stamp'), fingerprint);
}

function swap(fresh, place) {
  const former = `${fresh}.former`;
  for (;;) {
    try {
      if (existsSync(place)) renameSync(place, former);
      renameSync(fresh, place);
      break;
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code) || !existsSync(fresh)) throw error; // else somebody swaps at the same time
    } finally {
      rmSync(former, { recursive: true, force: true });
    }
  }
}

function fingerprintOf(files, folders) {
  const hash = createHash('sha256');
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${path.relative(root, file)} ${mtimeMs} ${size}\n`);
  };
  for (const file of files) add(at(file));
  for (const folder of folders) for (const file of filesBelow(at(folder))) add(file);
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const isSource = (entry) => entry.isFile() && /\.(tsx?|css|html|svg|webmanifest)$/.test(entry.name) && !/\.(spec|features|fixture)\.ts$/.test(entry.name);
  return entries.filter(isSource).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** Runs a program in the repository; rejects with the end of what it wrote if it fails. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => {
      child.kill();
      process.exit(130);
    };
    for (const signal of STOP_SIGNALS) process.once(signal, stop);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output = (output + bytes).slice(-8000)));
    child.once('error', reject);
    child.once('close', (code) => {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
      if (code === 0) resolve();
      else reject(new Error(`${path.basename(program)} ${args.map((one) => path.basename(one)).join(' ')} ended with ${code}:\n${output.trim()}`));
    });
  });
}
