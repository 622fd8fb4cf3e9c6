import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedAmpel, spawnAmpel, type StartedAmpel, type StartOptions } from '#testing';

/** A start that cannot succeed ends by itself, soon, with a sentence that says what to do and without a stack. */
describe('a start with something in its way', () => {
  let scratch: string;
  let started: StartedAmpel | undefined;
  beforeAll(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'ampel-faults-'));
    chmodSync(scratch, 0o755);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  afterEach(async () => {
    await started?.discard();
  });

  async function outcome(options: StartOptions): Promise<{ code: number | null; output: string }> {
    started = spawnAmpel({ ...options, env: { AMPEL_SEED: 'none', ...options.env } });
    const { code } = await started.ended;
    expect(started.output()).not.toMatch(/^ +at .*:\d+/m);
    return { code, output: started.output() };
  }
  const folder = (name: string): string => {
    const dir = path.join(scratch, name);
    mkdirSync(dir);
    return dir;
  };

  it('invalid settings: every fault is listed, exit code 78', async () => {
    const env = { AMPEL_PORT: 'eighty', AMPEL_LEASE_SECONDS: '1', AMPEL_SEED: 'all', DATABASE_URL: 'mysql://x' };
    const { code, output } = await outcome({ env });
    expect(code).toBe(78);
    for (const name of Object.keys(env)) expect(output).toMatch(new RegExp(`^${name} must be `, 'm'));
  });

  it('production without secrets and servers of its own: exit code 78', async () => {
    const { code, output } = await outcome({ env: { NODE_ENV: 'production', AMPEL_ADMIN_TOKEN: 'insecure-admin-token' } });
    expect(code).toBe(78);
    for (const name of ['AMPEL_ADMIN_TOKEN', 'AMPEL_TOKEN_SECRET', 'AMPEL_SIGNING_KEY', 'DATABASE_URL', 'NATS_URL']) {
      expect(output).toMatch(new RegExp(`^${name} `, 'm'));
    }
  });

  it('a busy port: says which one and how to choose another, exit code 69', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, output } = await outcome({ env: { AMPEL_PORT: String(port) } });
    other.close();
    expect(code).toBe(69);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken by another program. Stop that one, or choose another port: AMPEL_PORT=`);
  });

  it('a data folder that another Ampel uses: says which process to stop, exit code 69', async () => {
    const shared = sharedAmpel();
    const { code, output } = await outcome({ dataDir: shared.dataDir });
    expect(code).toBe(69);
    expect(output).toMatch(/Another Ampel \(process \d+\) uses the data folder .*Stop it first, or choose another folder with AMPEL_DATA_DIR/);
    expect((await fetch(`${shared.urls.agent}/readyz`)).status).toBe(200);
  });

  it('a read-only data folder: says so, exit code 69', async () => {
    const dataDir = folder('read-only');
    chmodSync(dataDir, 0o555);
    const { code, output } = await outcome({ dataDir });
    expect(code).toBe(69);
    expect(output).toContain(`Ampel cannot keep its data in ${dataDir}: it cannot be written`);
  });

  it('a data folder of a newer version: says to start that one, exit code 69', async () => {
    const dataDir = folder('newer');
    writeFileSync(path.join(dataDir, 'version'), '99\n');
    const { code, output } = await outcome({ dataDir });
    expect(code).toBe(69);
    expect(output).toMatch(/written by a newer Ampel.*Start the newer Ampel, or choose another folder/);
  });

  it('a data folder of a newer Postgres: says to start the newer Ampel, exit code 69', async () => {
    const dataDir = folder('newer-postgres');
    mkdirSync(path.join(dataDir, 'postgres'));
    writeFileSync(path.join(dataDir, 'postgres', 'PG_VERSION'), '99\n');
    const { code, output } = await outcome({ dataDir });
    expect(code).toBe(69);
    expect(output).toMatch(/written by Postgres 99/);
  });

  it('as root, a data folder below one that Postgres may not enter: names it and says how to open it, exit code 69', async () => {
    if (process.getuid?.() !== 0) return; // otherwise Postgres runs as ourselves
    const closed = folder('closed');
    chmodSync(closed, 0o700);
    const { code, output } = await outcome({ dataDir: path.join(closed, 'data') });
    expect(code).toBe(69);
    expect(output).toContain(`chmod o+x '${closed}'`);
  });
});
