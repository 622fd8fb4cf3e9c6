import { describe, expect, it } from '@jest/globals';
import { check } from './check.js';
import { beat, frame, goodRecording, iso, LEASE_MS, type Spoilable, type SpoilableRecording } from './good-recording.fixture.js';
import type { LoggedEvent, Recording } from './recording.js';

const violationsIn = (recording: Recording): string[] => check(recording).flatMap(({ violations }) => violations);

const at = <T>(items: readonly T[], i: number): T => {
  const item = items.at(i);
  if (item === undefined) throw new RangeError(`there is no item ${i}`);
  return item;
};
const event = ({ ending }: SpoilableRecording, n: number): Spoilable<LoggedEvent> => at(ending.log, n - 1);
const removeEvent = ({ ending }: SpoilableRecording, n: number): void => void ending.log.splice(n - 1, 1);
/** One more event at the end of the log, e.g. a second of a kind. */
const addEvent = ({ ending }: SpoilableRecording, like: number, change: Partial<Spoilable<LoggedEvent>> = {}): void => {
  const model = at(ending.log, like - 1);
  const version = ending.log.filter(({ streamId }) => streamId === (change.streamId ?? model.streamId)).length + 1;
  const [position, recordedAt] = [ending.log.length + 1, 15_000];
  ending.log.push({ ...model, eventId: `event ${position}`, position, version, recordedAt, effectiveAt: recordedAt, ...change });
  ending.published.push({ eventId: `event ${position}`, partition: 1 });
};
/** B's lease ends at another time. */
const expireB = (recording: SpoilableRecording, effectiveAt: number, recordedAt = effectiveAt + 1_200): void => {
  Object.assign(event(recording, 12), { effectiveAt, recordedAt });
};
/** A, who goes on beating, is expired at 14.5 s, as if its beat of 6.5 s had been the last. */
const expireA = (recording: SpoilableRecording): void =>
  addEvent(recording, 12, {
    streamId: 'agent-A',
    data: { agentId: 'A', sessionId: 'sA', lastSeenAt: iso(6_500) },
    effectiveAt: 14_500,
    recordedAt: 15_700,
  });

interface Bad {
  readonly name: string;
  readonly found: RegExp;
  readonly spoil: (recording: SpoilableRecording) => void;
}

const BAD: readonly Bad[] = [
  { name: 'an acknowledged click is not in the log', found: /I1: acknowledged, but not in the log: StatusChanged/, spoil: (r) => removeEvent(r, 7) },
  { name: 'an acknowledged sign-out is not in the log', found: /I1: .* AgentLoggedOut/, spoil: (r) => removeEvent(r, 11) },
  { name: 'a session that was opened is not in the log', found: /I1: session sA .* 0 times/, spoil: (r) => removeEvent(r, 6) },
  { name: 'one command left two events', found: /I3: 2 events of one command/, spoil: (r) => addEvent(r, 7) },
  { name: 'a refused command is in the log', found: /I2: refused with 409/, spoil: (r) => (at(at(r.commands, 0).tries, 0).status = 409) },
  { name: 'nobody asked for a change', found: /I2: nobody asked for StatusChanged/, spoil: (r) => addEvent(r, 7, { commandId: 'of nobody' }) },
  { name: 'another status was stored than was wished for', found: /I2: .* left/, spoil: (r) => (event(r, 7).data['to'] = 'busy') },
  { name: 'another version was stored than was acknowledged', found: /I1: acknowledged version 1/, spoil: (r) => (event(r, 7).data['statusVersion'] = 2) },
  { name: 'a status for a while never ended', found: /D15: never ended/, spoil: (r) => removeEvent(r, 10) },
  { name: 'a status for a while ended at another time', found: /D15: ended at/, spoil: (r) => (event(r, 10).effectiveAt = 6_050) },

  { name: 'a change is decided after the end, and the end is not before it', found: /D15: a change after the end/, spoil: (r) =>
    Object.assign(event(r, 10), { type: 'StatusChanged', effectiveAt: 6_050 }) },

  { name: 'a position is missing', found: /I4: partition 1, position 6 follows position 4/, spoil: (r) => removeEvent(r, 5) },
  { name: 'a version is missing', found: /I4: .* is version 9/, spoil: (r) => (event(r, 12).version = 9) },
  { name: 'the log goes back in time', found: /I4: .* was recorded before/, spoil: (r) => (event(r, 11).recordedAt = 5_000) },
  { name: 'something became true after it was known', found: /I4: .* became true after/, spoil: (r) => (event(r, 3).effectiveAt = 21) },
  { name: 'the bus lost an event', found: /bus: 1 events .* position 4/, spoil: (r) => r.ending.published.splice(3, 1) },
  { name: 'the bus carries events out of order', found: /bus: .* out of order/, spoil: (r) => r.ending.published.reverse() },
  { name: 'the bus carries what is not in the log', found: /bus: the stream holds 13/, spoil: (r) => r.ending.published.push({ eventId: 'x', partition: 1 }) },

  { name: 'a session expired within the lease of an acknowledged beat', found: /I8: sB ended at .* was acknowledged/, spoil: (r) => at(r.sessions, 1).beats.push(beat(6_900)) },
  { name: 'a beat was accepted after the end', found: /I8: sB .* was accepted after the end/, spoil: (r) => at(r.sessions, 1).beats.push(beat(15_000)) },
  { name: 'somebody expired who went on trying, without an answer', found: /D10: steady session sA/, spoil: (r) => {
    expireA(r);
    for (const one of at(r.sessions, 0).beats.filter(({ sentAt }) => sentAt > 7_000)) one.status = null;
  } },
  { name: 'somebody is refused who never ended', found: /D10: steady session sA was refused with 401/, spoil: (r) => (at(at(r.sessions, 0).beats, 5).status = 401) },
  { name: 'a silent one never expired', found: /D9: sB fell silent and ended 0 times/, spoil: (r) => removeEvent(r, 12) },
  { name: 'a silent one expired twice', found: /D9: sB fell silent and ended 2 times/, spoil: (r) => addEvent(r, 12) },
  { name: 'a session that no client knows never expired', found: /D9: sX fell silent and ended 0 times/, spoil: (r) =>
    addEvent(r, 8, { data: { agentId: 'B', sessionId: 'sX' } }) },
  { name: 'a session expired at no deadline', found: /D9: sB .* which is no deadline/, spoil: (r) => expireB(r, 13_500) },
  { name: 'a session expired before its deadline', found: /D9: sB .* which is no deadline/, spoil: (r) => expireB(r, 12_900) },
  { name: 'a session expired within the grace', found: /D10: sB ended at .* nobody should before/, spoil: (r) => r.ending.gateMoves.push({ at: 9_000, until: 17_000 }) },
  { name: 'a session is said to be last seen when it did not beat', found: /D9: sB was last seen .* did not beat/, spoil: (r) => {
    event(r, 12).data['lastSeenAt'] = iso(5_800);
    expireB(r, 13_800);
  } },
  { name: 'an end is recorded late', found: /I9: sB .* recorded 12500 ms late/, spoil: (r) => expireB(r, 13_000, 25_500) },
  { name: 'an end is recorded late though nothing was broken', found: /I9: sB .* recorded 5200 ms late/, spoil: (r) => {
    r.rounds = [];
    expireB(r, 13_000, 18_200);
  } },

  { name: 'the read model is not what the log says', found: /I5: .* is busy in the read model/, spoil: (r) => (at(r.ending.boxes, 0).row.status = 'busy') },
  { name: 'the answer is not what the log says', found: /I5: .* is answered as offline/, spoil: (r) => (at(r.ending.boxes, 1).answer.status = 'offline') },
  { name: 'the answer is of another version', found: /I5: .* answered at version 2/, spoil: (r) => (at(r.ending.boxes, 0).answer.version = 2) },
  { name: 'a box is stale though all is quiet', found: /D10: .* stale/, spoil: (r) => (at(r.ending.boxes, 0).answer.stale = true) },
  { name: 'a box once showed what the log did not say', found: /I7: box DE showed busy at version 2/, spoil: (r) => (at(r.ending.shown, 1).status = 'busy') },
  { name: 'a box moved without a cause', found: /I2: box .* no cause/, spoil: (r) => (at(r.ending.shown, 2).causeEventId = 'event 99') },
  { name: 'an agent is told another intent', found: /I5: agent A is told busy/, spoil: (r) => (at(r.ending.agents, 0).state = { status: 'busy', version: 1 }) },
  { name: 'an agent who is there is refused', found: /D10: agent A is there, but was refused/, spoil: (r) => (at(r.ending.agents, 0).state = null) },

  { name: 'a version decreased on the next stream', found: /I11: .* version 2 after 3/, spoil: (r) => at(at(r.readers, 0).connections, 1).frames.unshift(frame(8_550, 'offline', 2)) },
  { name: 'an answer is older than a frame before it', found: /I11: .* answered version 2 after a frame of 3/, spoil: (r) => (at(at(r.readers, 0).answers, 0).version = 2) },
  { name: 'the last state never arrived', found: /I11: .* was told offline at version 1 at last/, spoil: (r) => (at(r.readers, 0).connections = [{ openedAt: 900, frames: [frame(901, 'offline', 1)] }]) },
  { name: 'a frame says what never was', found: /I7: .* told busy at version 3 .* the log does not say/, spoil: (r) => at(at(r.readers, 0).connections, 0).frames.push(frame(1_700, 'busy', 3)) },
  { name: 'a calm box moved', found: /D10: .* is calm, and was told busy/, spoil: (r) => at(at(r.readers, 1).connections, 0).frames.push(frame(1_700, 'busy', 3)) },

  { name: 'commands did not succeed again', found: /liveness: round 1 .* commands after too long/, spoil: (r) => (at(r.rounds, 0).commandsMs = null) },
  { name: 'commands succeeded too late', found: /liveness: round 1 .* commands after 15001 ms/, spoil: (r) => (at(r.rounds, 0).commandsMs = 15_001) },
  { name: 'the lag was there too long', found: /liveness: round 1 .* lag 0 after 30001 ms/, spoil: (r) => (at(r.rounds, 0).lagMs = 30_001) },
  { name: 'a fault did not bite', found: /nothing proves that kill:agent-api bit/, spoil: (r) => (at(at(r.rounds, 0).faults, 0).proof = null) },
  { name: 'an answer was none', found: /answered with 500/, spoil: (r) => r.strange.push('PUT /x was answered with 500') },
];

describe('the checkers of a chaos run', () => {
  it('find nothing where all went well, and have looked at something for every rule but one', () => {
    const findings = check(goodRecording());
    expect(violationsIn(goodRecording())).toEqual([]);
    expect(findings.filter(({ looked }) => looked === 0)).toEqual([]);
  });

  it.each(BAD)('find it when $name', ({ spoil, found }) => {
    const recording = goodRecording();
    spoil(recording);
    expect(violationsIn(recording)).toContainEqual(expect.stringMatching(found));
  });

  it('find it when the run did not come to its end', () => {
    expect(violationsIn({ ...goodRecording(), ending: null })).toEqual(['it did not']);
  });

  it('take no offence when the client itself did not beat for half of its lease, and note it', () => {
    const recording = goodRecording();
    expireA(recording);
    const steady = at(recording.sessions, 0);
    steady.beats = steady.beats.filter(({ sentAt }) => sentAt < 7_000);
    const finding = check(recording).find(({ rule }) => rule.startsWith('nobody who goes on trying'));
    expect(finding).toMatchObject({ violations: [], notes: [expect.stringContaining(`its longest silence before was ${LEASE_MS}`)] });
  });

  it('know that a grace after blindness moves a deadline, and that a slow machine takes longer', () => {
    const recording = goodRecording();
    recording.ending.gateMoves.push({ at: 9_000, until: 17_000 });
    expireB(recording, 17_000);
    Object.assign(at(recording.rounds, 0), { commandsMs: 20_000 });
    recording.slowness = 1.5;
    expect(violationsIn(recording)).toEqual([]);
  });

  it('know that a status for a while is over for widgets before its end is recorded, and not earlier', () => {
    const recording = goodRecording();
    const { ending } = recording;
    // Only B is there, busy until 6000: the site shows it at version 3 and nothing new until 6100.
    ending.log.splice(5, 2);
    ending.shown = [
      at(ending.shown, 0),
      { siteId: 's1', groupId: '', version: 3, status: 'busy', causeEventId: 'event 9' },
      { siteId: 's1', groupId: '', version: 4, status: 'offline', causeEventId: 'event 10' },
    ];
    const site = at(recording.readers, 0);
    const told = (when: number): string[] => {
      site.connections = [{ openedAt: 2_000, frames: [frame(2_300, 'busy', 3), frame(when, 'offline', 3), frame(6_150, 'offline', 4)] }];
      return violationsIn(recording).filter((text) => text.startsWith('I7: a reader') && text.includes('offline at version 3'));
    };
    expect(told(6_010)).toEqual([]);
    expect(told(5_500)).toHaveLength(1);
  });
});
