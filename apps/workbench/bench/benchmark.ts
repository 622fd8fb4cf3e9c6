/** One number of ours beside its yardstick, as `--json` writes it (contract "Running it") with what a reader wants to know besides. */
export interface Row {
  /** As in the table of goals, e.g. `P1`; a benchmark with several goals has several rows, the first one is the main one. */
  readonly id: string;
  readonly name: string;
  /** Median. */
  readonly ours: number;
  /** Median; null where the goal is an amount and not a ratio. */
  readonly yardstick: number | null;
  readonly unit: string;
  /** Median of the pairs' ratios ours / yardstick; null without a yardstick. */
  readonly ratio: number | null;
  /** Lowest and highest of the pairs' ratios, or of ours where there is no yardstick. */
  readonly min: number;
  readonly max: number;
  /** What `ratio` (without a yardstick: `ours`) has to reach or to stay under. */
  readonly goal: number;
  readonly better: 'higher' | 'lower';
  readonly met: boolean;
  /** Costs of one unit of work at 1, 2 and 4 times the work. */
  readonly growth?: Growth;
  /** Other figures of the same run. */
  readonly details?: Readonly<Record<string, number | string>>;
}

export interface Growth {
  /** What grows, e.g. `streams`. */
  readonly of: string;
  readonly unit: string;
  readonly steps: readonly { readonly amount: number; readonly cost: number }[];
}

/** What a benchmark works with. */
export interface Bench {
  /** A smoke run: everything once and briefly; its numbers mean nothing. */
  readonly quick: boolean;
  /** Another size of the log than the usual one, events; undefined: the usual one. */
  readonly events: number | undefined;
  /** A folder of this benchmark's own, removed at its end. */
  readonly folder: string;
  say(line: string): void;
  /** Called at the end of the benchmark, the last one first, however it ends. */
  atEnd(close: () => Promise<unknown>): void;
}

export interface Benchmark {
  readonly id: string;
  readonly title: string;
  run(bench: Bench): Promise<readonly Row[]>;
}
