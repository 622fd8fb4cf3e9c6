import type { Finding } from './check.js';
import { grouped } from './grouped.js';
import type { CommandRecord, Ending, LoggedEvent, Recording } from './recording.js';
import { succeeded } from './wire.js';

/** Targets I1, I2, I3: what was acknowledged is in the log, once; what was refused is not; nothing is there that nobody asked for. */
export function checkCommands({ commands, sessions, ending: { log } }: Recording & { ending: Ending }): Finding[] {
  const byCommand = grouped(log, ({ commandId }) => commandId);
  const lost: string[] = [];
  const wrong: string[] = [];
  let acknowledged = 0;
  for (const command of commands) {
    const events = (byCommand.get(command.commandId) ?? []).filter(({ type }) => type === command.event);
    const last = command.tries.at(-1);
    const done = last !== undefined && succeeded(last);
    if (done) acknowledged += 1;
    if (done && events.length === 0 && !wasAlreadySo(command, log)) lost.push(`I1: acknowledged, but not in the log: ${named(command)}`);
    if (events.length > 1) lost.push(`I3: ${events.length} events of one command: ${named(command)}`);
    // Only the first sending tells: after a lost answer a refusal may mean the session, which ended meanwhile.
    const refused = command.tries.length === 1 && last?.status !== null && !done && last?.status !== 503;
    if (refused && events.length > 0) wrong.push(`I2: refused with ${last?.status}, but in the log: ${named(command)}`);
    for (const event of events) {
      if (!has(event, command.data)) wrong.push(`I2: ${named(command)} left ${JSON.stringify(event.data)}`);
      if (done && command.statusVersion !== undefined && event.data['statusVersion'] !== command.statusVersion) {
        wrong.push(`I1: acknowledged version ${command.statusVersion}, stored is ${String(event.data['statusVersion'])}: ${named(command)}`);
      }
    }
  }
  const known = new Set(commands.map(({ commandId }) => commandId));
  // A sign-in carries no key, and the set-up's commands are not written down; statuses and sign-outs are only ever wished for here.
  const foreign = log.filter(({ type, commandId }) => (type === 'StatusChanged' || type === 'AgentLoggedOut') && !known.has(commandId));
  const bySystem = foreign.filter(({ data }) => data['cause'] !== 'refresh-token-reused');
  wrong.push(...bySystem.map(({ type, data }) => `I2: nobody asked for ${type} ${JSON.stringify(data)}`));

  const signIns = grouped(log.filter(({ type }) => type === 'AgentLoggedIn'), ({ data }) => data['sessionId']);
  for (const { sessionId } of sessions) {
    const times = signIns.get(sessionId)?.length ?? 0;
    if (times !== 1) lost.push(`I1: session ${sessionId} was opened, and is in the log ${times} times`);
  }
  return [
    { rule: 'everything acknowledged is in the log exactly once (I1, I3)', looked: acknowledged + sessions.length, violations: lost },
    { rule: 'the log holds what was wished for and nothing else (I2)', looked: commands.length, violations: wrong },
    checkTimers(commands, log),
  ];
}

/** D15: a status for a while that was acknowledged ends once, at its time, unless another change came before. */
function checkTimers(commands: readonly CommandRecord[], log: readonly LoggedEvent[]): Finding {
  const violations: string[] = [];
  const timed = commands.filter(({ until, statusVersion }) => until !== undefined && statusVersion !== undefined);
  const changes = log.filter(({ type }) => type === 'StatusChanged' || type === 'StatusTimerEnded');
  for (const command of timed) {
    const [next, ...others] = changes.filter(
      ({ data }) => data['agentId'] === command.data['agentId'] && data['statusVersion'] === (command.statusVersion ?? 0) + 1,
    );
    if (others.length > 0) violations.push(`I4: two changes of the same version after ${named(command)}`);
    if (!next) violations.push(`D15: never ended: ${named(command)}`);
    else if (next.type === 'StatusTimerEnded' && next.effectiveAt !== command.until) {
      violations.push(`D15: ended at ${iso(next.effectiveAt)} instead of ${iso(command.until ?? 0)}: ${named(command)}`);
    } else if (next.type === 'StatusChanged' && next.effectiveAt > (command.until ?? 0)) {
      // By when it was decided: storing it may take longer than the rest of the while.
      violations.push(`D15: a change after the end came first: ${named(command)}`);
    }
  }
  return { rule: 'statuses for a while end once, at their time (D15)', looked: timed.length, violations };
}

/** The wish may have been true when it came; then there is nothing to store (case 4). */
function wasAlreadySo({ event, data, statusVersion, tries, until }: CommandRecord, log: readonly LoggedEvent[]): boolean {
  const [sent, done] = [tries[0]?.sentAt ?? 0, tries.at(-1)?.doneAt ?? 0];
  if (event === 'StatusChanged') {
    const present = log.find((one) => one.data['agentId'] === data['agentId'] && one.data['statusVersion'] === statusVersion);
    const initial = statusVersion === 0 && data['to'] === 'offline';
    return until === undefined && (initial || (present !== undefined && present.data['to'] === data['to'] && present.recordedAt <= done));
  }
  if (event === 'AgentLoggedOut') return false;
  const switches = log.filter(({ type, data: of }) => (type === 'GroupEnabled' || type === 'GroupDisabled') && of['groupId'] === data['groupId']);
  const before = switches.filter(({ recordedAt }) => recordedAt <= sent).at(-1)?.type ?? 'GroupEnabled';
  return [before, ...switches.filter(({ recordedAt }) => recordedAt > sent && recordedAt <= done).map(({ type }) => type)].includes(event);
}

function has(event: LoggedEvent, wanted: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([name, value]) => event.data[name] === value);
}

function named({ event, data, tries, commandId }: CommandRecord): string {
  const answers = tries.map(({ status }) => status ?? 'none').join(', ');
  return `${event} ${JSON.stringify(data)} sent at ${iso(tries[0]?.sentAt ?? 0)}, answers ${answers}, command ${commandId}`;
}

const iso = (at: number): string => new Date(at).toISOString();
