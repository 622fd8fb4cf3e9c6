import path from 'node:path';

/** What the test environment (apps/workbench/jest/spec-environment.mjs) knows about the spec file that runs. */
interface SpecFile {
  readonly path: string;
  readonly worker: number;
  failed: boolean;
}

/** Where the test environment puts it. */
declare global {
  var ampelSpecFile: SpecFile | undefined;
}

/** Whether a test or a hook of this spec file has failed so far. */
export function hasFailed(): boolean {
  return globalThis.ampelSpecFile?.failed ?? false;
}

/** Which of Jest's workers runs this spec file, from 1. */
export function specWorker(): number {
  return globalThis.ampelSpecFile?.worker ?? 1;
}

/** The spec file's name as part of a name in a database or on a disk: `append.int.spec.ts` becomes `append_int`. */
export function specName(): string {
  const name = path.basename(globalThis.ampelSpecFile?.path ?? 'no_spec', '.spec.ts');
  return name.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase();
}
