import type { Exit } from '#embedded-servers';
import type { Progress } from './progress.js';

/** Gives the listener that says, for `keepRunning`, who has died and when it will be started again. */
export function tellDeath(role: string, { say }: Progress): (cause: { exit: Exit } | { error: unknown }, delayMs: number) => void {
  return (cause, delayMs) => {
    const soon = `starting it again in ${(delayMs / 1000).toFixed(1)} s`;
    if ('exit' in cause) say(`${role} has ended (exit code ${cause.exit.code}), ${soon}`);
    else say(`${role} did not start (${cause.error instanceof Error ? cause.error.message : String(cause.error)}), ${soon}`);
  };
}
