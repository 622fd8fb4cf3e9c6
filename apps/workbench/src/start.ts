import { ExitCode, readSettings, SettingsFault } from '#config';
import type { Settings } from '#config';
import { freePort, ServerFault, takeDataFolder } from '#embedded-servers';
import { Launch } from './launch.js';
import { Obstacle } from './obstacle.js';
import type { Progress } from './progress.js';
import { onStopWish } from './stop-wishes.js';

/** The whole stop may take 10 s (contract "Running it"); whoever has not ended by then is ended by force. ms */
const STOP_MS = 9_000;

/**
 * `npm start` after installing and compiling: brings everything up, tells how to use it, and stops everything when asked to. Ends the
 * process with one of `ExitCode`; does not return before that.
 */
export async function start({ split, progress }: { split: boolean; progress: Progress }): Promise<void> {
  let launch: Launch | undefined;
  const end = async (code: number): Promise<never> => {
    const late = setTimeout(() => force(code), STOP_MS);
    await launch?.stop();
    clearTimeout(late);
    process.exit(code);
  };
  const force = (code: number): never => {
    launch?.kill();
    process.exit(code);
  };
  onStopWish({
    stop: (why) => {
      progress.say(`Ampel is stopping (${why})`);
      void end(ExitCode.stopped);
    },
    force: () => force(ExitCode.forced),
  });

  try {
    const settings = readSettings();
    await mustBeFree(settings);
    launch = new Launch(settings, takeDataFolder(settings.dataDir), progress);
    await launch.bringUp(split, (reason) => {
      console.error(reason.message);
      void end(ExitCode.invalidSettings);
    });
  } catch (error) {
    if (launch?.stopping) return; // the servers were taken from under it
    const { sentence, code } = explained(error);
    console.error(`\n${sentence}`);
    await end(code);
  }
}

async function mustBeFree({ port, host }: Settings): Promise<void> {
  try {
    if (port !== 0) await freePort(port, host);
  } catch (error) {
    throw new Obstacle(portSentence(error as NodeJS.ErrnoException, port, host), { cause: error });
  }
}

function portSentence({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  const another = 'choose another port: AMPEL_PORT=8090 npm start (0 = any free one)';
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is taken by another program. Stop that one, or ${another}.`;
  if (code === 'EACCES') return `You may not listen on port ${port}: ${another}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}. Set AMPEL_HOST to one that it has.`;
  return message;
}

/** What to print, and the code to end with. Only what nobody foresaw shows a stack. */
function explained(error: unknown): { sentence: string; code: number } {
  if (error instanceof SettingsFault) return { sentence: `The settings are invalid:\n${error.message}`, code: ExitCode.invalidSettings };
  if (error instanceof Obstacle || error instanceof ServerFault) {
    return { sentence: error.message, code: ExitCode.unavailable };
  }
  // By name, for importing the classes would load their rooms before the servers start.
  const { name, code, message, port, address } = error as Error & { code?: string; port?: number; address?: string };
  if (name === 'DatabaseIsNewer') return { sentence: message, code: ExitCode.unavailable };
  if (name === 'ServiceRoleTooStrong') return { sentence: message, code: ExitCode.invalidSettings };
  if (code === 'EADDRINUSE' && port !== undefined) {
    return { sentence: portSentence(error as NodeJS.ErrnoException, port, address ?? ''), code: ExitCode.unavailable };
  }
  return { sentence: error instanceof Error ? (error.stack ?? message) : String(error), code: ExitCode.failed };
}
