import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeDataFolder } from './data-folder.js';
import { identityOf } from './process-identity.js';
import { scratchFolder } from './scratch-folder.fixture.js';

describe('the data folder', () => {
  let scratch: ReturnType<typeof scratchFolder>;
  beforeEach(() => {
    scratch = scratchFolder();
  });
  afterEach(() => {
    chmodSync(scratch.folder, 0o755);
    scratch.remove();
  });
  const dir = (): string => path.join(scratch.folder, 'data');

  it('is made on the first start and can be taken again after it was released', () => {
    takeDataFolder(dir()).release();
    takeDataFolder(dir()).release();
    expect(readFileSync(path.join(dir(), 'version'), 'utf8')).toBe('1\n');
    expect(existsSync(path.join(dir(), 'lock'))).toBe(false);
  });

  it('belongs to one Ampel at a time, and the second is told whom to stop', () => {
    const first = takeDataFolder(dir());
    const sentence = new RegExp(`process ${process.pid}.*Stop it first, or choose another folder with AMPEL_DATA_DIR`);
    expect(() => takeDataFolder(dir())).toThrow(sentence);
    first.release();
  });

  it.each([
    ['of a process that is gone', '4194304 1'],
    ['of another process that has the same number now', `${process.pid} 1`],
    ['that was never written to its end', ''],
  ])('is not held by a lock %s', (_which, identity) => {
    mkdirSync(dir());
    writeFileSync(path.join(dir(), 'lock'), identity);
    takeDataFolder(dir());
    expect(readFileSync(path.join(dir(), 'lock'), 'utf8')).toBe(identityOf(process.pid));
  });

  it('of a newer version is left alone, and the person is told what to do', () => {
    mkdirSync(dir());
    writeFileSync(path.join(dir(), 'version'), '2\n');
    expect(() => takeDataFolder(dir())).toThrow(/written by a newer Ampel \(layout 2, this one knows 1\). Start the newer Ampel, or choose/);
    expect(existsSync(path.join(dir(), 'lock'))).toBe(false);
  });

  it('that is read-only is refused with a sentence, to root too', () => {
    mkdirSync(dir());
    chmodSync(dir(), 0o555);
    expect(() => takeDataFolder(dir())).toThrow(/cannot keep its data in .*cannot be written.*AMPEL_DATA_DIR/);
  });

  it('below a read-only folder is refused as well', () => {
    chmodSync(scratch.folder, 0o555);
    expect(() => takeDataFolder(dir())).toThrow(/cannot be written/);
  });

  it('whose name a file has is refused', () => {
    writeFileSync(dir(), '');
    expect(() => takeDataFolder(dir())).toThrow(/there is a file of that name/);
  });
});
