import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Sbom {
  metadata: { component: object };
  components: { name: string; version: string; hashes?: object[] }[];
}
interface Lock {
  packages: Record<string, Record<string, unknown>>;
}
const { lockFaults } = (await import(path.resolve('apps/workbench/lint-lock.mjs'))) as {
  lockFaults(lock: Lock, manifest: object, npmrc: string): string[];
};
const read = (file: string): string => readFileSync(file, 'utf8');
const ours = (): Lock => JSON.parse(read('package-lock.json')) as Lock;
const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
const npmrc = read('.npmrc');
const changed = (change: Record<string, unknown>): Lock => {
  const lock = ours();
  lock.packages['node_modules/pg'] = { ...lock.packages['node_modules/pg'], ...change };
  return lock;
};

describe('the packages we let in', () => {
  it('are of the registry, with checksums; those with install scripts are known', () => {
    expect(lockFaults(ours(), manifest, npmrc)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['git', { resolved: 'git+ssh://git@code.example/pg.git#1234' }],
    ['a file', { resolved: 'file:../pg-8.tgz' }],
    ['plain HTTP', { resolved: 'http://registry.example/pg/-/pg-8.23.1.tgz' }],
    ['a page that is no registry', { resolved: 'https://code.example/pg/archive/main.tar.gz' }],
    ['a link', { link: true }],
    ['a version that is a place', { version: 'git+https://code.example/pg.git' }],
    ['no checksum', { integrity: undefined }],
    ['a weak checksum', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    ['a new install script', { hasInstallScript: true }],
  ])('%s is refused', (_what, change) => {
    expect(lockFaults(changed(change), manifest, npmrc)).toEqual([expect.stringMatching(/^node_modules\/pg /)]);
  });

  it('are pinned, and run nothing while they are installed', () => {
    const { dependencies } = manifest;
    for (const wanted of ['^8.0.0', 'git+https://code.example/pg.git', 'latest', '*']) {
      expect(lockFaults(ours(), { ...manifest, dependencies: { ...dependencies, pg: wanted } }, npmrc)).toEqual([expect.stringContaining(`pg ${wanted}`)]);
    }
    expect(lockFaults(ours(), manifest, 'ignore-scripts=false')).toEqual([expect.stringContaining('ignore-scripts')]);
  });
});

describe('npm run sbom', () => {
  it('lists what the product is made of, with versions and checksums, and nothing of development', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ampel-sbom-'));
    const file = path.join(folder, 'sbom.json');
    const { status, stderr } = spawnSync(process.execPath, ['apps/workbench/write-sbom.mjs', file], { encoding: 'utf8' });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const bom = JSON.parse(read(file)) as Sbom;
    rmSync(folder, { recursive: true });
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'ampel', type: 'application' } } });
    const versions = new Map(bom.components.map(({ name, version }) => [name, version]));
    for (const [name, version] of Object.entries(manifest.dependencies)) expect([name, versions.get(name)]).toEqual([name, version]);
    for (const name of ['jest', 'eslint', 'knip']) expect(versions.has(name)).toBe(false);
    expect(bom.components.find(({ name }) => name === 'pg')?.hashes).toHaveLength(1);
  });
});
