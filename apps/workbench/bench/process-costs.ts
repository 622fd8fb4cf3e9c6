import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for everybody (USER_HZ). */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of processor time of a process, and (if wished) of all its children and theirs, for Postgres has a process per connection;
 * those that have ended included. 0 for one that is gone.
 */
export function cpuSecondsOf(pid: number, withChildren = true): number {
  const stats = statsByPid();
  return (withChildren ? [pid, ...descendantsOf(pid, stats)] : [pid]).reduce((sum, one) => sum + ticksOf(stats.get(one), withChildren), 0) / TICKS_PER_SECOND;
}

/** Bytes of memory of a process and its descendants; what they share counts once (PSS). */
export function memoryOf(pid: number): number {
  const stats = statsByPid();
  return [pid, ...descendantsOf(pid, stats)].reduce((sum, one) => sum + memoryOfOne(one), 0);
}

/** The most memory that a process ever had, bytes; 0 if it is gone. */
export function peakMemoryOf(pid: number): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function ticksOf(stat: Stat | undefined, withEnded: boolean): number {
  return stat ? stat.ticks + (withEnded ? stat.ended : 0) : 0;
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended. */
  readonly ended: number;
}

function statsByPid(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  return stats;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name may hold spaces and parentheses. After it: state, parent, ...; 11..14: user, system, those of ended children.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    return { parent: fields[1] ?? 0, ticks: user + system, ended: childrenUser + childrenSystem };
  } catch {
    return undefined; // it has ended
  }
}

function descendantsOf(pid: number, stats: ReadonlyMap<number, Stat>): number[] {
  const children = [...stats].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendantsOf(child, stats)]);
}

function memoryOfOne(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
