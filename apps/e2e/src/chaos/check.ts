import { checkBoxes } from './check-boxes.js';
import { checkCommands } from './check-commands.js';
import { checkLeases } from './check-leases.js';
import { checkLog } from './check-log.js';
import { checkReaders } from './check-readers.js';
import { checkRounds } from './check-rounds.js';
import type { Ending, Recording } from './recording.js';

/** What became of one rule. */
export interface Finding {
  readonly rule: string;
  /** How many things were looked at: a rule that looked at nothing has proven nothing. */
  readonly looked: number;
  readonly violations: readonly string[];
  /** Worth knowing, no violation. */
  readonly notes?: readonly string[];
}

/** Everything a run promises, rule by rule (targets, sections 2 and 3). Pure. */
export function check(recording: Recording): Finding[] {
  const { ending, strange } = recording;
  if (!ending) return [{ rule: 'the run comes to its end', looked: 1, violations: ['it did not'] }];
  const over: Recording & { ending: Ending } = { ...recording, ending };
  return [
    ...checkCommands(over),
    ...checkLog(over),
    ...checkLeases(over),
    ...checkBoxes(over),
    ...checkReaders(over),
    ...checkRounds(over),
    { rule: 'nobody gets an answer that is none (no 500, nothing unknown), and all is told in the end', looked: 1, violations: strange },
  ];
}
