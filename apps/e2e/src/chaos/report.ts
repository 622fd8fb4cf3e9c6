import { grouped } from './grouped.js';
import type { Finding } from './check.js';
import type { Played } from './play.js';
import type { Recording } from './recording.js';

/** Of each rule so many violations are told in words. */
const TOLD = 12;

/** What happened in a run, for people. */
export function report({ recording, findings, keptIn }: Played): string {
  const violations = findings.reduce((sum, finding) => sum + finding.violations.length, 0);
  return [
    `chaos: seed ${recording.seed}, lease ${recording.leaseMs / 1000} s, ${minutes(recording)} minutes, ${recording.rounds.length} rounds`,
    ...(recording.slowness > 1 ? [`the machine had ${recording.slowness.toFixed(1)} times as much to do as it can: limits of time are longer by that`] : []),
    '',
    'The crowd:',
    ...crowd(recording).map(indented),
    '',
    'The faults (times they bit of times they were done):',
    ...faults(recording).map(indented),
    '',
    'The rules:',
    ...findings.flatMap(toldFinding).map(indented),
    '',
    violations === 0 ? 'Nothing was violated.' : `${violations} VIOLATIONS. The logs of all processes are kept in ${keptIn ?? '(nowhere)'}`,
  ].join('\n');
}

function crowd({ sessions, commands, readers, ending }: Recording): string[] {
  const beats = sessions.flatMap((session) => session.beats);
  const unanswered = beats.filter(({ status }) => status === null).length;
  const tries = commands.flatMap((command) => command.tries);
  const again = commands.filter((command) => command.tries.length > 1).length;
  const logged = grouped(ending?.log ?? [], ({ type }) => type);
  const parts = [...grouped(sessions, ({ part }) => part)].map(([part, of]) => `${of.length} ${part}`).join(', ');
  return [
    `${sessions.length} sessions (${parts})`,
    `${beats.length} signs of life, ${unanswered} of them without an answer`,
    `${commands.length} commands, ${again} sent more than once, ${tries.filter(({ status }) => status === 503).length} times told to come again`,
    `${readers.length} widgets, ${readers.reduce((sum, { connections }) => sum + connections.length, 0)} times connected`,
    `the log: ${[...logged].map(([type, events]) => `${events.length} ${type}`).join(', ')}`,
  ];
}

function faults({ rounds }: Recording): string[] {
  const done = grouped(
    rounds.flatMap((round) => round.faults),
    ({ name }) => name,
  );
  return [...done].sort().map(([name, of]) => `${name.padEnd(24)} ${of.filter(({ proof }) => proof !== null).length} of ${of.length}`);
}

function toldFinding({ rule, looked, violations, notes = [] }: Finding): string[] {
  const told = violations.slice(0, TOLD).map((text) => `      ${text}`);
  if (violations.length > TOLD) told.push(`      and ${violations.length - TOLD} more`);
  const mark = violations.length > 0 ? 'RED' : looked === 0 ? '-  ' : 'ok ';
  return [`${mark} ${rule} (${looked})`, ...notes.map((note) => `      ${note}`), ...told];
}

function minutes({ startedAt, ending }: Recording): string {
  return (((ending?.quietAt ?? Date.now()) - startedAt) / 60_000).toFixed(1);
}

const indented = (line: string): string => `  ${line}`;
