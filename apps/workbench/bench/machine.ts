import { cpus, loadavg, totalmem } from 'node:os';

/** What the numbers depend on, in general words: no names of machines. */
export function machine(): string {
  const speed = cpus()[0]?.speed ?? 0;
  const clock = speed > 0 ? ` of ${(speed / 1000).toFixed(1)} GHz` : '';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpus().length} cores${clock}, ${memory}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** How many processes wanted the cores in the last minute: more than there are cores = others disturbed the run. */
export function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}
