/** Tells a person what is going on; made by progress.mjs before anything is compiled. */
export interface Progress {
  /** Runs some work under a line that ends with its duration; gives its result. */
  step<T>(line: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}
