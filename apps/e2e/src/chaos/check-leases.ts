import type { Finding } from './check.js';
import { ALWAYS_THERE, type Ending, type GateMove, type Instant, type LoggedEvent, type Recording, type SessionRecord } from './recording.js';
import { succeeded } from './wire.js';

/** How far a service's clock may be from Postgres's: half the longest round trip that a measurement is believed of (libs/clock), ms. */
const CLOCKS_MS = 125;
/** Targets I9: the latest end after the deadline, with the timekeeper alive, and dead, ms. */
const LATEST_MS = 5_000;
const LATEST_WITHOUT_KEEPER_MS = 12_000;

interface End {
  readonly session: SessionRecord | undefined;
  readonly sessionId: string;
  readonly lastSeenAt: Instant;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly leaseMs: number;
}

type Over = Recording & { ending: Ending };

/** Behaviour D8 to D11 and targets I8, I9: who beat is there, who fell silent is not, and the log says when. */
export function checkLeases(recording: Over): Finding[] {
  const { sessions, ending } = recording;
  const known = new Map(sessions.map((session) => [session.sessionId, session]));
  const ends = ending.log.filter(({ type }) => type === 'HeartbeatExpired').map((event) => endOf(event, known, recording.leaseMs));
  const present = sessions.filter(({ leftAt, part }) => leftAt === null && ALWAYS_THERE.includes(part));
  const left = sessions.filter((session) => !present.includes(session));
  return [
    nobodyWhoBeat(ends),
    nobodyBecauseOfUs(ends, present),
    theSilentOnce(recording, left),
    ...atTheirDeadline(ends, ending.gateMoves),
    onTime(ends, recording),
  ];
}

/** I8: a beat that was acknowledged gives a whole lease; and afterwards nobody accepts one (case 10). */
function nobodyWhoBeat(ends: readonly End[]): Finding {
  const violations: string[] = [];
  let looked = 0;
  for (const { session, effectiveAt, recordedAt, sessionId, leaseMs } of ends) {
    for (const beat of session?.beats ?? []) {
      looked += 1;
      if (!succeeded(beat) || beat.sentAt + leaseMs <= effectiveAt + CLOCKS_MS) continue;
      const what = beat.sentAt > recordedAt ? 'was accepted after the end' : 'was acknowledged';
      violations.push(`I8: ${sessionId} ended at ${iso(effectiveAt)} (recorded ${iso(recordedAt)}); a ${beat.kind} sent at ${iso(beat.sentAt)} ${what}`);
    }
  }
  return { rule: 'nobody expires whose beat within the lease was acknowledged, and no beat counts after the end (I8)', looked, violations };
}

/** D10: whoever went on trying is there, whatever happened to us. Only a client that was late itself may have lost its session. */
function nobodyBecauseOfUs(ends: readonly End[], present: readonly SessionRecord[]): Finding {
  const violations: string[] = [];
  const late: string[] = [];
  for (const { session, effectiveAt, sessionId, leaseMs } of ends) {
    if (!session || !present.includes(session)) continue;
    const tries = session.beats.map(({ sentAt }) => sentAt).filter((at) => at >= effectiveAt - leaseMs && at <= effectiveAt);
    const times = [effectiveAt - leaseMs, ...tries, effectiveAt];
    const gap = Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)));
    const story = `${session.part} session ${sessionId} ended at ${iso(effectiveAt)}, its longest silence before was ${Math.round(gap)} ms`;
    // Two beats fit into a lease by any setting; a client with a longer gap was kept from beating by this machine.
    if (gap > leaseMs / 2) late.push(story);
    else violations.push(`D10: ${story}`);
  }
  for (const { part, sessionId, beats, lostRefreshes } of present) {
    const refusal = beats.find(({ status }) => status === 410 || status === 401);
    if (!refusal || ends.some((end) => end.sessionId === sessionId) || lostRefreshes > 0) continue;
    violations.push(`D10: ${part} session ${sessionId} was refused with ${refusal.status} at ${iso(refusal.sentAt)}, though it never ended`);
  }
  return { rule: 'nobody who goes on trying expires because of us (D10)', looked: present.length, violations, notes: late };
}

/** Each session that fell silent or was signed out ends exactly once; so does one whose client never learned of it. */
function theSilentOnce({ ending: { log }, sessions }: Over, left: readonly SessionRecord[]): Finding {
  const violations: string[] = [];
  const endings = new Map<string, number>();
  for (const { type, data } of log) {
    const sessionId = String(data['sessionId']);
    if (type === 'HeartbeatExpired' || type === 'SessionEnded') endings.set(sessionId, (endings.get(sessionId) ?? 0) + 1);
  }
  const ours = new Set(sessions.map(({ sessionId }) => sessionId));
  const unknown = log.filter(({ type, data }) => type === 'AgentLoggedIn' && !ours.has(String(data['sessionId'])));
  const gone = [...left.map(({ sessionId }) => sessionId), ...unknown.map(({ data }) => String(data['sessionId']))];
  for (const sessionId of gone) {
    const times = endings.get(sessionId) ?? 0;
    if (times !== 1) violations.push(`D9: ${sessionId} fell silent and ended ${times} times`);
  }
  for (const [sessionId, times] of endings) if (times > 1 && !gone.includes(sessionId)) violations.push(`D9: ${sessionId} ended ${times} times`);
  return { rule: 'whoever fell silent or signed out expires, exactly once (D9, D11)', looked: gone.length, violations };
}

/** effectiveAt is the last beat plus the lease, or the end of the grace after blindness; never within that grace. */
function atTheirDeadline(ends: readonly End[], gateMoves: readonly GateMove[]): Finding[] {
  const deadlines: string[] = [];
  const graces: string[] = [];
  const beats: string[] = [];
  let delayed = 0;
  for (const { session, sessionId, lastSeenAt, effectiveAt, leaseMs } of ends) {
    const own = lastSeenAt + leaseMs;
    const gate = gateMoves.find(({ until }) => until === effectiveAt);
    if (effectiveAt !== own && gate) delayed += 1;
    if (effectiveAt < own || (effectiveAt !== own && !gate)) {
      deadlines.push(`D9: ${sessionId} was last seen at ${iso(lastSeenAt)} and ended at ${iso(effectiveAt)}, which is no deadline`);
    }
    // While the gate was moving somebody may have been ended by what was known before; a second is far more than any transaction.
    const inside = gateMoves.find(({ at, until }) => effectiveAt > at + 1_000 && effectiveAt < until);
    if (inside) graces.push(`D10: ${sessionId} ended at ${iso(effectiveAt)}, though nobody should before ${iso(inside.until)}`);
    const seen = session?.beats.some(({ sentAt, doneAt }) => lastSeenAt >= sentAt - CLOCKS_MS && lastSeenAt <= doneAt + CLOCKS_MS) ?? true;
    // A request whose answer never came may be taken in later than its client waited: at the latest when the door opened again.
    const waited = session?.beats.some(({ sentAt, status }) => status === null && lastSeenAt >= sentAt - CLOCKS_MS) ?? false;
    if (!seen && !waited) beats.push(`D9: ${sessionId} was last seen at ${iso(lastSeenAt)}, when it did not beat; ${nearest(session, lastSeenAt)}`);
  }
  return [
    {
      rule: 'HeartbeatExpired says the deadline that applied (D9)',
      looked: ends.length,
      violations: deadlines,
      notes: [`${delayed} ended at the end of a grace`],
    },
    {
      rule: 'nobody ends within the grace after a return from blindness (D10)',
      looked: ends.length,
      violations: graces,
      notes: [`the gate moved ${gateMoves.length} times`],
    },
    { rule: 'HeartbeatExpired names a beat that was sent (I2)', looked: ends.length, violations: beats },
  ];
}

/** The beats next to an instant, as sentences for whoever looks for the cause. */
function nearest(session: SessionRecord | undefined, instant: Instant): string {
  const byDistance = [...(session?.beats ?? [])].sort((a, b) => Math.abs(a.sentAt - instant) - Math.abs(b.sentAt - instant));
  return byDistance
    .slice(0, 3)
    .map(({ kind, sentAt, doneAt, status }) => `${kind} from ${iso(sentAt)} to ${iso(doneAt)} answered with ${String(status)}`)
    .join(', ');
}

/** I9. Time in which something was broken does not count, for nobody could know; after it the full patience applies. */
function onTime(ends: readonly End[], { rounds, slowness }: Over): Finding {
  const violations: string[] = [];
  const lateness: number[] = [];
  for (const { sessionId, effectiveAt, recordedAt } of ends) {
    const storms = rounds.map(({ faults, recoveredAt }) => ({ from: Math.min(...faults.map(({ from }) => from)), to: recoveredAt }));
    // One that falls due right after a storm may still meet its consequences: a timekeeper that has just started, a fresh sight.
    const storm = storms.findLast(({ from, to }) => from <= recordedAt && to + LATEST_WITHOUT_KEEPER_MS >= effectiveAt);
    const late = recordedAt - Math.max(effectiveAt, storm?.to ?? 0);
    const limit = (storm ? LATEST_WITHOUT_KEEPER_MS : LATEST_MS) * slowness;
    lateness.push(recordedAt - effectiveAt);
    if (late > limit) violations.push(`I9: ${sessionId} ended at ${iso(effectiveAt)}, recorded ${late} ms late`);
  }
  lateness.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(lateness[Math.floor((lateness.length - 1) * share)] ?? 0);
  return {
    rule: 'ends are recorded on time (D9, I9)',
    looked: ends.length,
    violations,
    notes: [`recorded after the deadline: median ${at(0.5)} ms, 90 % within ${at(0.9)} ms, latest ${at(1)} ms (time of faults included)`],
  };
}

function endOf({ data, effectiveAt, recordedAt }: LoggedEvent, known: ReadonlyMap<string, SessionRecord>, leaseMs: number): End {
  const sessionId = String(data['sessionId']);
  const session = known.get(sessionId);
  const lastSeenAt = Date.parse(String(data['lastSeenAt']));
  return { session, sessionId, lastSeenAt, effectiveAt, recordedAt, leaseMs: session?.leaseMs ?? leaseMs };
}

const iso = (at: Instant): string => new Date(at).toISOString();
