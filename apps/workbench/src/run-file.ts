import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** A process of Ampel, as run.json lists it. */
export interface ProcessEntry {
  /** A service's role, or `postgres`, `nats`. */
  readonly role: string;
  readonly pid: number;
  readonly port: number;
}

/** What `run.json` holds (contract "Running it"). The URLs are origins without a path. */
export interface RunFile {
  readonly urls: Readonly<Record<'agent' | 'admin' | 'widget' | 'dashboard', string>>;
  readonly processes: readonly ProcessEntry[];
  /** The administrator's. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
}

/** Writes run.json whole or not at all; mode 0600, for it holds passwords. */
export function writeRunFile(file: string, content: RunFile): void {
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}

export function removeRunFile(file: string): void {
  rmSync(file, { force: true });
}
