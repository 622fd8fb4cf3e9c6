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

/** Whether a process is stopped, as the kernel sees it. */
export function isStopped(pid: number): boolean {
  return fieldsOf(pid)?.[0] === 'T';
}

/** Children of a process, e.g. Postgres's backends. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => Number(fieldsOf(child)?.[1]) === pid);
}

/** Of /proc/<pid>/stat, from the state on: the name before it may hold blanks. */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
