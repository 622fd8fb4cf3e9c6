import { readdirSync, readFileSync } from 'node:fs';

/** Processes that are stopped by us: whatever ends this one must let them go on, or they would never end. */
const stopped = new Set<number>();
let watching = false;

/** Stops processes (SIGSTOP) and gives back how to let them go on. */
export function stopAll(pids: readonly number[]): () => void {
  if (!watching) process.once('exit', () => goOn([...stopped]));
  watching = true;
  for (const pid of pids) {
    if (send(pid, 'SIGSTOP')) stopped.add(pid);
  }
  return () => goOn(pids);
}

function goOn(pids: readonly number[]): void {
  for (const pid of pids) {
    send(pid, 'SIGCONT');
    stopped.delete(pid);
  }
}

/** False if there is no such process any more. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Whether no thread of a process goes on, as the kernel sees it: one that waits for the disk stops only when that is done. */
export function isStopped(pid: number): boolean {
  const goesOn = (state = 'X'): boolean => !['T', 'Z', 'X'].includes(state); // stopped, or dead
  return !threadsOf(pid).some((thread) => goesOn(fieldsOf(`${pid}/task/${thread}`)?.[0]));
}

/** Children of a process, e.g. Postgres's backends. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => Number(fieldsOf(child)?.[1]) === pid);
}

/** None of a process that is gone. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Of /proc/<process>/stat, from the state on: the name before it may hold blanks. */
function fieldsOf(process: number | string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
