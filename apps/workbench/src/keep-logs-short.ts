import { readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** Bytes; a log that is longer when Ampel starts is put aside. */
const LONG = 5_000_000;

/** Puts aside, as `<name>.log.former`, every log of the data folder that has grown long; the former one is given up. */
export function keepLogsShort(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const file = path.join(dataDir, name);
    if (name.endsWith('.log') && statSync(file).size > LONG) renameSync(file, `${file}.former`);
  }
}
