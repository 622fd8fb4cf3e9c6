import { environment } from '#config';

/** Ctrl-C reaches us twice at once, from the terminal and from npm, which passes it on: only a later one means impatience. ms */
const TWICE_AT_ONCE_MS = 800;
/** How often to look whether npm still lives, in ms. */
const LOOK_MS = 500;

export interface StopListener {
  /** Somebody wants Ampel to stop; `why` is for people. Called once. */
  stop(why: string): void;
  /** Somebody pressed Ctrl-C again: do not be gentle any more. */
  force(): void;
}

/**
 * Listens for everything that means "stop": SIGINT, SIGTERM, SIGHUP, the end of npm that started us (it cannot tell when it is killed),
 * the end of a program that holds a channel to us (tests).
 */
export function onStopWish(listener: StopListener): void {
  let asked: number | undefined;
  const stop = (why: string): void => {
    if (asked !== undefined) return;
    asked = performance.now();
    listener.stop(why);
  };
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  process.on('SIGINT', () => {
    if (asked !== undefined && performance.now() - asked > TWICE_AT_ONCE_MS) listener.force();
    else stop('Ctrl-C');
  });
  process.once('disconnect', () => stop('the program that started it has ended'));

  if (environment()['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid !== parent) stop('npm has ended');
  }, LOOK_MS);
  looking.unref();
}
