import { parseArgs } from 'node:util';
import { FAULTS } from './faults.js';

/** Single stories, played once at the real lease. */
export const CASES = ['two-minutes', 'away', 'closed-door', 'restart'] as const;
export type CaseName = (typeof CASES)[number];

export interface Options {
  readonly help: boolean;
  /** Undefined: rounds of faults. */
  readonly story: CaseName | undefined;
  readonly rounds: number;
  readonly minutes: number | undefined;
  readonly seed: string;
  readonly leaseSeconds: number;
  readonly tenants: number;
  /** Names of faults. */
  readonly only: readonly string[];
  /** Where the report goes as well. */
  readonly report: string | undefined;
}

export const USAGE = `npm run chaos -- [options]

Runs a real Ampel, one process per service, with agents who beat, fall silent, sign out and click, and with widgets that listen; kills and
stops its processes in seeded order; then checks that nothing acknowledged is lost, that nobody who beat expired, that the silent ones did,
that every box is what the log says, and that all came back by itself. Ends with 1 if something was violated.

  --rounds N       storms of one or two faults (default 12)
  --minutes M      as many rounds as begin within M minutes, instead of --rounds
  --seed S         order of faults, crowd and pauses (default: drawn, and printed)
  --lease S        lease of a session, 3 to 75 seconds (default 8)
  --tenants N      busy tenants of nine agents each (default 3)
  --only A,B       only these faults; a name may end in * (default: all)
  --report FILE    writes the report there as well

Or one story at the real lease (--lease, default 120 seconds):
  --case two-minutes   sign-out, killed browser, sleep, devices, phone, statuses for a while, a dead timekeeper; some seven minutes
  --case away          everything is stopped for --minutes (default 10) while clients go on trying, and started again: nobody expires
  --case closed-door   only the agents' door stands still for so long, and all who could expire them go on: nobody expires
  --case restart       everything is ended and started again, in good order and by force: nobody is signed out, no intent changes
  --help           this, and the names of all faults
`;

/** Reads the words after `npm run chaos --`. Throws a sentence for what is none of them. */
export function readOptions(words: readonly string[], drawSeed: () => string): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      help: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '12' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      lease: { type: 'string' },
      tenants: { type: 'string', default: '3' },
      only: { type: 'string' },
      report: { type: 'string' },
      case: { type: 'string' },
    },
  });
  const story = CASES.find((name) => name === values.case);
  if (values.case !== undefined && story === undefined) throw new Error(`there is no case ${values.case}; there are: ${CASES.join(' ')}`);
  return {
    help: values.help,
    story,
    rounds: numberBetween('rounds', values.rounds, 1, 10_000),
    minutes: values.minutes === undefined ? undefined : numberBetween('minutes', values.minutes, 0.1, 10_000),
    seed: values.seed ?? drawSeed(),
    // Up to 75 s the grace after blindness is a whole lease, so that even a beat lost with a killed process gives one (behaviour D10).
    leaseSeconds: story ? numberBetween('lease', values.lease ?? '120', 8, 300) : numberBetween('lease', values.lease ?? '8', 3, 75),
    // The brake of D10 holds back more than 50 at once, and four of each tenant's agents leave at the end.
    tenants: numberBetween('tenants', values.tenants, 1, 12),
    only: values.only === undefined ? FAULTS.map(({ name }) => name) : values.only.split(',').flatMap(namesLike),
    report: values.report,
  };
}

function numberBetween(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= least && number <= most) return number;
  throw new Error(`--${name} has to be a number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}

function namesLike(pattern: string): string[] {
  const names = FAULTS.map(({ name }) => name);
  const found = pattern.endsWith('*') ? names.filter((name) => name.startsWith(pattern.slice(0, -1))) : names.filter((name) => name === pattern);
  if (found.length === 0) throw new Error(`there is no fault ${pattern}; there are: ${names.join(' ')}`);
  return found;
}
