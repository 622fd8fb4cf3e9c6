import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, SeededRandom } from '#testing';
import { check, type Finding } from './check.js';
import { Crowd, type CrowdSize } from './crowd.js';
import { type Fault, faultNamed } from './faults.js';
import { LAG_MS, lookAtTheEnd, untilCaughtUp, untilQuiet, watchGate } from './observe.js';
import type { Recording, RoundRecord } from './recording.js';
import { Stage } from './stage.js';
import { Wire } from './wire.js';

/** Commands succeed again within that time after the last fault, without a human (targets, liveness), ms. */
const COMMANDS_MS = 15_000;
/** Of a round with two faults. */
const TWO_AT_ONCE = 0.35;

export interface Plan {
  readonly seed: string;
  readonly leaseSeconds: number;
  readonly crowd: CrowdSize;
  /** Faults, one list per round: those of a list are done at the same time. */
  readonly rounds: Iterable<readonly Fault[]>;
  /** How long the crowd goes on after the last round, ms. */
  readonly afterwardsMs?: number;
  readonly say: (line: string) => void;
}

export interface Played {
  readonly recording: Recording;
  readonly findings: readonly Finding[];
  /** Where the logs of all processes lie; undefined if nothing was found and they were removed. */
  readonly keptIn: string | undefined;
}

/** Rounds in seeded order: every fault of the list comes once before any comes again; some come two at a time. Never ends. */
export function* shuffled(names: readonly string[], seed: string): Generator<readonly Fault[]> {
  const dice = new SeededRandom(`${seed}/rounds`);
  for (let bag: string[] = []; ; ) {
    const take = (fits: (name: string) => boolean): string | undefined => {
      const candidates = bag.filter(fits);
      if (candidates.length === 0) return undefined;
      const name = dice.pick(candidates);
      bag.splice(bag.indexOf(name), 1);
      return name;
    };
    if (bag.length === 0) bag = [...names];
    const first = faultNamed(take(() => true) ?? '');
    const goesWith = (name: string): boolean =>
      !first.alone && !faultNamed(name).alone && !faultNamed(name).victims.some((victim) => first.victims.includes(victim));
    const second = dice.chance(TWO_AT_ONCE) ? take(goesWith) : undefined;
    yield second === undefined ? [first] : [first, faultNamed(second)];
  }
}

/** Plays a whole run: gathers the crowd, does harm round by round, lets all become quiet, and checks what was written down. */
export async function play({ seed, leaseSeconds, crowd: size, rounds, afterwardsMs = 0, say }: Plan): Promise<Played> {
  const leaseMs = leaseSeconds * 1000;
  const recording: Recording = {
    seed, leaseMs, startedAt: Date.now(), slowness: slowness(), sessions: [], commands: [], readers: [], rounds: [], strange: [], ending: null,
  };
  const dice = new SeededRandom(seed);
  const stage = await Stage.open(leaseSeconds);
  let keep = true;
  try {
    await watchGate(stage);
    const wire = new Wire(recording);
    const crowd = await Crowd.gather({ place: stage, wire, recording, dice: dice.fork('crowd') }, size);
    say(`Ampel runs (lease ${leaseSeconds} s), ${recording.sessions.length} sessions, ${recording.readers.length} readers`);
    let number = 0;
    for (const faults of rounds) {
      number += 1;
      const round = await playRound(stage, crowd, wire, faults, dice);
      recording.slowness = Math.max(recording.slowness, slowness());
      recording.rounds.push(round);
      say(tellRound(number, round));
      await pause(dice.between(300, 1_500));
    }
    if (afterwardsMs > 0) say(`all goes on for ${afterwardsMs / 1000} s`);
    await pause(afterwardsMs);
    say('all rest; waiting for the leases of those who left');
    await crowd.rest();
    await untilQuiet(stage, recording);
    await untilCaughtUp(stage, LAG_MS).catch((error: unknown) => recording.strange.push(`in the end: ${(error as Error).message}`));
    await pause(1_000); // the last frames, which have a second (behaviour, case 1)
    recording.ending = await lookAtTheEnd(stage, recording, crowd.there);
    await crowd.leave();
    const findings = check(recording);
    keep = findings.some(({ violations }) => violations.length > 0);
    return { recording, findings, keptIn: keep ? stage.dataDir : undefined };
  } finally {
    await stage.close({ keep });
    if (keep) writeFileSync(path.join(stage.dataDir, 'recording.json'), JSON.stringify(recording));
  }
}

/**
 * What is to be done in some seconds takes longer on a machine that has more to do than it can: by the load of the last minute, for the
 * run itself wants about two cores.
 */
function slowness(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / (2 * availableParallelism()));
}

async function playRound(stage: Stage, crowd: Crowd, wire: Wire, faults: readonly Fault[], dice: SeededRandom): Promise<RoundRecord> {
  const before = wire.unanswered;
  const struck = await Promise.all(
    faults.map(async (fault, i) => {
      if (i > 0) await pause(dice.between(0, 1_000));
      return fault.strike(stage, dice);
    }),
  );
  const over = Math.max(...struck.map(({ record }) => record.endedAt));
  const left = (limit: number): number => Math.max(0, Math.ceil(over + limit * slowness() - Date.now()));
  const sinceFault = (done: Promise<unknown>): Promise<number | null> =>
    done.then(
      () => Date.now() - over,
      () => null,
    );
  const patience = AbortSignal.timeout(left(COMMANDS_MS));
  const commanded = eventually(() => crowd.probe(patience), { within: left(COMMANDS_MS), every: 100 });
  const [commandsMs, lagMs] = await Promise.all([sinceFault(commanded), sinceFault(untilCaughtUp(stage, left(LAG_MS)))]);
  for (const { proven } of struck) await proven();
  return { faults: struck.map(({ record }) => record), commandsMs, lagMs, recoveredAt: Date.now(), unanswered: wire.unanswered - before };
}

function tellRound(number: number, { faults, commandsMs, lagMs, unanswered }: RoundRecord): string {
  const seconds = (ms: number | null): string => (ms === null ? 'NOT IN TIME' : `${(ms / 1000).toFixed(1)} s`);
  const blows = faults.map(({ name, proof }) => `${name} (${proof ?? 'DID NOT BITE'})`).join(' + ');
  return `round ${number}: ${blows}; ${unanswered} calls without an answer; commands after ${seconds(commandsMs)}, lag 0 after ${seconds(lagMs)}`;
}
