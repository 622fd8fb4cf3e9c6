import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

interface Preparing {
  unfitNode(version?: string): string | undefined;
  isInstalled(folder: string, options?: { withDevelopment?: boolean }): boolean;
}
// The bootstrap is plain JavaScript without types: it runs before anything is compiled.
const { unfitNode, isInstalled } = (await import(path.resolve('apps/workbench/prepare.mjs'))) as Preparing;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ampel-prepare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a Node that is too old', () => {
  it.each(['18.20.0', '20.18.3'])('%s is told which one is needed', (version) => {
    expect(unfitNode(version)).toMatch(/needs Node 20.19 or newer, this is Node/);
  });

  it.each(['20.19.0', '22.0.0', '24.1.0'])('is not %s', (version) => {
    expect(unfitNode(version)).toBeUndefined();
  });
});

describe('what is installed', () => {
  const lock = (packages: object): void => writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  const installed = (packages: object): void => {
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    writeFileSync(path.join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  };
  const wanted = {
    '': { name: 'ampel' },
    'node_modules/pg': { version: '8.23.1' },
    'node_modules/jest': { version: '30.5.2', dev: true },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  };

  it('is nothing on a fresh clone', () => {
    lock(wanted);
    expect(isInstalled(folder)).toBe(false);
  });

  it('suffices without packages for other platforms', () => {
    lock(wanted);
    installed({ 'node_modules/pg': { version: '8.23.1' }, 'node_modules/jest': { version: '30.5.2' } });
    expect(isInstalled(folder)).toBe(true);
  });

  it('does not suffice if a package is missing or has another version', () => {
    lock(wanted);
    installed({ 'node_modules/pg': { version: '8.22.0' }, 'node_modules/jest': { version: '30.5.2' } });
    expect(isInstalled(folder)).toBe(false);
  });

  it('suffices for production without the development packages', () => {
    lock(wanted);
    installed({ 'node_modules/pg': { version: '8.23.1' } });
    expect(isInstalled(folder)).toBe(false);
    expect(isInstalled(folder, { withDevelopment: false })).toBe(true);
  });
});

describe('the lock file', () => {
  const script = (): string => path.join(folder, 'apps', 'workbench', 'complete-lock.mjs');
  const lockFile = (): string => path.join(folder, 'package-lock.json');

  it('is completed with packages for other platforms and freed of download addresses', () => {
    cpSync('apps/workbench/complete-lock.mjs', script());
    const packages = {
      '': {},
      'node_modules/a': { version: '1.0.0', resolved: 'https://registry.example/a.tgz', optionalDependencies: { 'a-win32-arm64-msvc': '^1.0.0' } },
      'node_modules/b': { version: '1.0.0', dev: true, optionalDependencies: { c: '2.0.0' } },
      'node_modules/b/node_modules/c': { version: '2.0.0' },
    };
    writeFileSync(lockFile(), JSON.stringify({ packages }));
    const check = spawnSync(process.execPath, [script(), '--check'], { encoding: 'utf8' });
    expect(check.status).toBe(1);
    expect(check.stderr).toMatch(/held a download address for node_modules\/a;.*\n.*lacked the optional package a-win32-arm64-msvc/);

    execFileSync(process.execPath, [script()]);
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toEqual({
      packages: {
        '': {},
        'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-win32-arm64-msvc': '^1.0.0' } },
        'node_modules/a-win32-arm64-msvc': { version: '1.0.0', optional: true, os: ['win32'], cpu: ['arm64'] },
        'node_modules/b': packages['node_modules/b'],
        'node_modules/b/node_modules/c': packages['node_modules/b/node_modules/c'],
      },
    });
    expect(spawnSync(process.execPath, [script(), '--check']).status).toBe(0);
  });
});
