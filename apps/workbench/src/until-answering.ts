import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exit } from '#embedded-servers';

/** What became of waiting for a service. `why` continues a sentence that begins with the service's name. */
export type Answering = { readonly ok: true } | { readonly ok: false; readonly why: string };

const WITHIN_MS = 30_000;

/** Asks a URL until it answers 200, at most 30 s, or until the process that should answer has ended. */
export async function untilAnswering(url: string, exited?: Promise<Exit>): Promise<Answering> {
  let exit: Exit | undefined;
  void exited?.then((how) => (exit = how));
  const deadline = performance.now() + WITHIN_MS;
  let last = 'gave no answer';
  while (performance.now() < deadline) {
    if (exit !== undefined) return { ok: false, why: `has ended (exit code ${exit.code})` };
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      const text = await answer.text();
      if (answer.status === 200) return { ok: true };
      last = `did not become ready: ${text}`;
    } catch {
      // it does not listen yet
    }
    await pause(50);
  }
  return { ok: false, why: last };
}

/** The last lines of a log file. */
export function endOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
