import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { environment } from '#config';
import { eventually, isRunning, type ReadyAmpel, type RunFile, startAmpel } from '#testing';

const pidsOf = ({ processes }: RunFile): number[] => processes.map(({ pid }) => pid);

describe('nothing outlives its parent', () => {
  const started: { discard(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of started.splice(0).reverse()) await one.discard();
  }, 30_000);
  const start = async (options: Parameters<typeof startAmpel>[0]): Promise<ReadyAmpel> => {
    const ampel = await startAmpel(options);
    started.push(ampel);
    return ampel;
  };

  it('all in one: the start process killed by SIGKILL takes the servers with it, and can be started again at once', async () => {
    const env = { AMPEL_SEED: 'none' };
    const first = await start({ env });
    const pids = pidsOf(first.run());
    await first.kill9();
    const second = await start({ env, dataDir: first.dataDir });
    await eventually(() => pids.filter(isRunning).length === 0);
    expect(pidsOf(second.run()).every(isRunning)).toBe(true);
    await second.stop();
  }, 90_000);

  it('split: the start process killed by SIGKILL takes six services and two servers with it', async () => {
    const ampel = await start({ split: true, env: { AMPEL_SEED: 'none' } });
    const pids = pidsOf(ampel.run());
    expect(pids).toHaveLength(8);
    await ampel.kill9();
    await eventually(() => pids.filter(isRunning).length === 0, { within: 10_000 });
  }, 90_000);

  it('npm killed by SIGKILL: the start process notices and stops everything', async () => {
    const place = await start({ env: { AMPEL_SEED: 'none' } }); // for a data folder that is cleaned up
    await place.stop();
    const env = { ...environment(), NODE_ENV: undefined, NODE_OPTIONS: undefined, AMPEL_PORT: '0', AMPEL_SEED: 'none' };
    const npm = spawn('npm', ['start'], { env: { ...env, AMPEL_DATA_DIR: place.dataDir }, stdio: 'ignore' });
    const run = await eventually(() => JSON.parse(readFileSync(place.runFile, 'utf8')) as RunFile, { within: 60_000 });
    npm.kill('SIGKILL');
    await eventually(() => pidsOf(run).filter(isRunning).length === 0, { within: 10_000 });
    expect(() => readFileSync(place.runFile)).toThrow(/ENOENT/);
  }, 90_000);
});
