import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { keepRunning } from './keep-running.js';
import { identityOf } from './process-identity.js';
import { scratchFolder } from './scratch-folder.fixture.js';
import { startTied } from './tied-process.js';
import type { TiedProcess } from './tied-process.js';

describe('keeping a process running', () => {
  let scratch: ReturnType<typeof scratchFolder>;
  beforeAll(() => {
    scratch = scratchFolder();
  });
  afterAll(() => scratch.remove());
  const sleeper = (): Promise<TiedProcess> =>
    startTied('sleep', ['600'], { signal: 'TERM', graceSeconds: 2, logFile: path.join(scratch.folder, 'log') });

  it('starts it again when it dies, and says so', async () => {
    const deaths: unknown[] = [];
    const restarts: number[] = [];
    const kept = await keepRunning({
      start: sleeper,
      onDeath: (cause, delayMs) => deaths.push({ cause, delayMs }),
      onRestart: ({ pid }) => restarts.push(pid),
    });
    const first = kept.current().pid;
    process.kill(first, 'SIGKILL');
    await eventually(() => restarts.length === 1);
    expect(deaths).toEqual([{ cause: { exit: { code: 137 } }, delayMs: 100 }]);
    expect(restarts).toEqual([kept.current().pid]);
    expect(kept.current().pid).not.toBe(first);
    await kept.stop();
    expect(identityOf(kept.current().pid)).toBeUndefined();
  });

  it('tries again with a growing delay when it cannot be started', async () => {
    const delays: number[] = [];
    let starts = 0;
    const kept = await keepRunning({
      start: () => ((starts += 1) === 2 || starts === 3 ? Promise.reject(new Error('no luck')) : sleeper()),
      onDeath: (_cause, delayMs) => delays.push(delayMs),
      onRestart: () => undefined,
    });
    process.kill(kept.current().pid, 'SIGKILL');
    await eventually(() => starts === 4);
    expect(delays).toEqual([100, 200, 400]);
    await kept.stop();
  });

  it('does not start it again once it was stopped, not even while a start is due', async () => {
    let starts = 0;
    let died = false;
    const kept = await keepRunning({
      start: () => {
        starts += 1;
        return sleeper();
      },
      onDeath: () => (died = true),
      onRestart: () => undefined,
    });
    process.kill(kept.current().pid, 'SIGKILL');
    await eventually(() => died);
    await kept.stop();
    expect(starts).toBe(1);
  });

  it('fails at once if the very first start fails', async () => {
    const start = (): Promise<TiedProcess> => Promise.reject(new Error('not here'));
    await expect(keepRunning({ start, onDeath: () => undefined, onRestart: () => undefined })).rejects.toThrow('not here');
  });
});
