import type { ProcessEntry, RunFile } from './run-file.js';

/** The running services, in one process or in many. */
export interface Services {
  readonly urls: RunFile['urls'];
  processes(): ProcessEntry[];
  stop(): Promise<void>;
  /** Ends those that are processes of their own at once (SIGKILL). */
  kill(): void;
}
