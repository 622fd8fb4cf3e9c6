import { ExitCode, SettingsFault } from '#config';
import { ServiceRoleTooStrong } from '#database';
import { SchemaTooNew } from './schema-standing.js';
import { runService, type Service, type ServiceOptions } from './serve.js';

/**
 * `main.ts` of a role: runs the service until SIGTERM or SIGINT and ends the process. What stands in the way of a start is printed as
 * sentences, without a stack (contract: every fault at once, exit code 78 if invalid).
 */
export async function runProcess(options: ServiceOptions): Promise<Service | undefined> {
  try {
    const service = await runService(options);
    const end = (code: number): void => {
      void service.close().then(
        () => process.exit(code),
        () => process.exit(ExitCode.failed),
      );
    };
    process.once('SIGTERM', () => end(ExitCode.stopped));
    process.once('SIGINT', () => end(ExitCode.stopped));
    void service.refused.then((reason) => {
      const { text, code } = sentenceOf(reason, options);
      process.stderr.write(`${text}\n`);
      end(code);
    });
    return service;
  } catch (error) {
    const { text, code } = sentenceOf(error, options);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
    return undefined;
  }
}

function sentenceOf(error: unknown, options: ServiceOptions): { text: string; code: number } {
  if (error instanceof SettingsFault || error instanceof ServiceRoleTooStrong) {
    return { text: error.message, code: ExitCode.invalidSettings };
  }
  if (error instanceof SchemaTooNew) return { text: error.message, code: ExitCode.unavailable };
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : 'may not be used by this user';
    const which = port ?? options.settings?.port ?? '';
    return { text: `Port ${which} ${why}. Set AMPEL_PORT to another one, or to 0 for any free one.`, code: ExitCode.unavailable };
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: ExitCode.failed };
}
