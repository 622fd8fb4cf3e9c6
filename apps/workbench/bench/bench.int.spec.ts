import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '#config';
import type { Row } from './benchmark.js';

interface Ended {
  readonly code: number;
  readonly output: string;
}

describe('npm run bench', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ampel-bench-spec-'));
    chmodSync(folder, 0o755); // as root, Postgres runs as another user
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bench = async (...words: string[]): Promise<Ended> => {
    try {
      // its folder for what it starts is below ours, so that what it leaves behind is seen
      const env = { ...environment(), TMPDIR: folder };
      const { stdout } = await promisify(execFile)(process.execPath, ['apps/workbench/bench.mjs', ...words], { env });
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  };

  it('measures one benchmark beside its yardstick, writes the file and leaves nothing behind', async () => {
    const file = path.join(folder, 'rows.json');
    const { code, output } = await bench('P2', '--quick', '--json', file);

    expect([code, output]).toEqual([0, expect.stringMatching(/^\| P2 .*append, 8 callers/m)]);
    const rows = JSON.parse(readFileSync(file, 'utf8')) as (Row & { machine: string; load: number })[];
    expect(rows).toEqual([
      expect.objectContaining({ id: 'P2', name: 'append, 8 callers', unit: '1/s', goal: 0.6, machine: expect.stringMatching(/cores/), load: expect.any(Number) }),
    ]);
    for (const row of rows) {
      expect(row.ours).toBeGreaterThan(0);
      expect(row.ratio).toBeCloseTo(row.ours / (row.yardstick ?? 0), 1);
      expect(row.met).toBe((row.ratio ?? 0) >= row.goal);
    }
    expect(readdirSync(folder)).toEqual(['rows.json']);
  }, 120_000); // it starts servers of its own: 8 s on a free machine

  it('tells what there is to measure', async () => {
    expect(await bench('--help')).toEqual({ code: 0, output: expect.stringMatching(/usage: [\s\S]*\bP1\b[\s\S]*--json FILE/) });
  });

  it.each([['P99'], ['--nothing']])('refuses %s and says what it knows', async (word) => {
    expect(await bench(word)).toEqual({ code: 64, output: expect.stringMatching(new RegExp(`${word}[\\s\\S]*usage: `)) });
  });
});
