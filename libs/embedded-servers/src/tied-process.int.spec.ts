import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { identityOf } from './process-identity.js';
import { scratchFolder } from './scratch-folder.fixture.js';
import { startTied } from './tied-process.js';

const runs = (pid: number): boolean => identityOf(pid) !== undefined;

describe('a tied process', () => {
  let scratch: ReturnType<typeof scratchFolder>;
  let logFile: string;
  beforeAll(() => {
    scratch = scratchFolder();
    logFile = path.join(scratch.folder, 'log');
  });
  afterAll(() => scratch.remove());
  const start = (script: string, graceSeconds = 5): ReturnType<typeof startTied> =>
    startTied('/bin/sh', ['-c', script], { signal: 'TERM', graceSeconds, logFile });

  it('tells the process id of the program itself', async () => {
    const tied = await start('echo "I am $$"; exec sleep 600');
    await eventually(() => readFileSync(logFile, 'utf8').includes(`I am ${tied.pid}\n`));
    await tied.stop();
    expect(runs(tied.pid)).toBe(false);
  });

  it('tells how the program ended by itself', async () => {
    const tied = await start('exit 3');
    expect(await tied.exited).toEqual({ code: 3 });
  });

  it('notices that somebody killed the program', async () => {
    const tied = await start('exec sleep 600');
    process.kill(tied.pid, 'SIGKILL');
    expect(await tied.exited).toEqual({ code: 137 });
  });

  it('is asked by its signal to end in good order', async () => {
    const tied = await start('trap "exit 7" TERM; echo listening; while :; do sleep 0.05; done');
    await eventually(() => readFileSync(logFile, 'utf8').includes('listening'));
    expect(await tied.stop()).toEqual({ code: 7 });
  });

  it('is killed if it does not end within its grace', async () => {
    const tied = await start('trap "" TERM; echo deaf; while :; do sleep 0.05; done', 1);
    await eventually(() => readFileSync(logFile, 'utf8').includes('deaf'));
    expect(await tied.stop()).toEqual({ code: 137 });
  });

  it('says that a program does not exist', async () => {
    const tied = await startTied('/nonexistent/program', [], { signal: 'TERM', graceSeconds: 1, logFile });
    expect(await tied.exited).toEqual({ code: 127 });
  });

  it('ends when its parent is killed by SIGKILL, and leaves nothing behind', async () => {
    const room = JSON.stringify(path.resolve('dist/libs/embedded-servers/src/index.js'));
    const script = `
      const { startTied } = await import(${room});
      const options = { signal: 'TERM', graceSeconds: 5, logFile: ${JSON.stringify(logFile)} };
      const tied = await startTied('/bin/sh', ['-c', 'exec sleep 600'], options);
      console.log(tied.pid);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const child = await new Promise<number>((resolve) => parent.stdout.once('data', (bytes: Buffer) => resolve(Number(bytes.toString()))));
    expect(runs(child)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !runs(child));
  });

  it('ends when only the shell between is killed', async () => {
    const tied = await start('exec sleep 600');
    const shell = Number(readFileSync(`/proc/${tied.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
    process.kill(shell, 'SIGKILL');
    await tied.exited;
    await eventually(() => !runs(tied.pid));
  });
});
