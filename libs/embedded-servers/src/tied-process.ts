import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a process ended: its exit code, 128 + the signal's number if a signal ended it (137 = SIGKILL). */
export interface Exit {
  readonly code: number;
}

/** A child process that cannot outlive its parent. */
export interface TiedProcess {
  /** The process id of the program itself, not of the shell that watches over it. */
  readonly pid: number;
  /** Settles when the program has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks the program to end (its own signal) and kills it after the grace; gives how it ended. */
  stop(): Promise<Exit>;
  /** Ends the program at once (SIGKILL). */
  kill(): Promise<Exit>;
}

export interface TiedOptions {
  /** The signal that asks this program to end in good order. */
  readonly signal: 'INT' | 'TERM';
  /** Whole seconds the program has for that before it is killed. */
  readonly graceSeconds: number;
  /** Where its output goes; the file is appended to. */
  readonly logFile: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/*
 * The tie is a pipe whose writing end only the parent holds. A shell starts the program and a watcher that blocks on the pipe (fd 3): it
 * wakes when the parent closes the pipe or dies, even by SIGKILL, and ends the program. Then the shell tells the program's id on fd 4.
 * It ends with the program, so the parent learns of its death from an ordinary exit event.
 */
const SHELL = `
signal=$1 grace=$2; shift 2
"$@" 3<&- 4>&- &
program=$!
(
  trap "" INT TERM HUP
  read -r nothing
  kill -$signal $program
  while [ $grace -gt 0 ] && kill -0 $program; do sleep 1; grace=$((grace - 1)); done
  kill -KILL $program
) <&3 4>&- >/dev/null 2>&1 &
watcher=$!
echo $program >&4
exec 3<&- 4>&- >/dev/null 2>&1
trap "" INT TERM HUP
wait $program
code=$?
kill -KILL $watcher
exit $code
`;

/**
 * Starts a program that ends when this process ends, however this process ends. Its own session keeps the terminal's Ctrl-C away from
 * it: only the parent decides. Throws if no shell can be started.
 */
export async function startTied(program: string, args: readonly string[], options: TiedOptions): Promise<TiedProcess> {
  const log = openSync(options.logFile, 'a', 0o600);
  let shell: ChildProcess;
  try {
    shell = spawn('/bin/sh', ['-c', SHELL, 'tied', options.signal, String(options.graceSeconds), program, ...args], {
      detached: true,
      stdio: ['ignore', log, log, 'pipe', 'pipe'],
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
  } finally {
    closeSync(log);
  }
  const tie = shell.stdio[3] as Writable;
  tie.on('error', () => undefined); // EPIPE: the watcher is gone already
  const letGo = (): void => void tie.end();

  const exited = new Promise<Exit>((resolve) => {
    shell.once('exit', (code) => resolve({ code: code ?? 137 }));
    shell.once('error', () => resolve({ code: 127 }));
  });
  void exited.then(letGo); // if only the shell was killed, the watcher now ends the program
  const pid = await firstLine(shell.stdio[4] as Readable, shell);

  return {
    pid,
    exited,
    stop: () => {
      letGo();
      return exited;
    },
    kill: () => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended already
      }
      return exited;
    },
  };
}

function firstLine(from: Readable, shell: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: from });
    lines.once('line', (line) => resolve(Number(line)));
    lines.once('close', () => reject(new Error('the watching shell ended before it told the process id')));
    shell.once('error', reject);
  });
}
