import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, isRunning, type SeededRandom } from '#testing';
import type { FaultRecord } from './recording.js';
import { childrenOf, isStopped, send, stopAll } from './signals.js';
import type { Stage } from './stage.js';

const SERVICES = ['agent-api', 'admin-api', 'widget-api', 'relay', 'projector', 'timekeeper'] as const;
const VICTIMS = [...SERVICES, 'nats', 'postgres'] as const;
/** Longer than any lease of a run by this factor. */
const LONG = 1.5;
/** A door that gives no answer for so long gives none, ms; an answer takes some ms. */
const NO_ANSWER_MS = 400;
/** A process that is told to stop does so at once, or when the disk has done what it waits for, ms. */
const STOPPED_MS = 10_000;
/** How long a proof is looked for, ms; whether all came back in time is asked elsewhere. */
const AGAIN_MS = 60_000;

/** A fault under way. `bit` settles after the recovery: whether and how it is known that it did harm. */
interface Struck {
  readonly record: FaultRecord;
  proven(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  readonly victims: readonly string[];
  /** Whether another may be under way at the same time. */
  readonly alone: boolean;
  strike(stage: Stage, dice: SeededRandom): Promise<Struck>;
}

/** Every fault there is, by name (`--only`). */
export const FAULTS: readonly Fault[] = [
  ...VICTIMS.flatMap((role) => [
    kill(role),
    freeze(`pause:${role}`, [role], (dice, leaseMs) => dice.between(500, leaseMs * 0.9)),
    freeze(`long-pause:${role}`, [role], (_, leaseMs) => leaseMs * LONG),
  ]),
  killBackend(),
  freeze('long-pause:everything', VICTIMS, (_, leaseMs) => leaseMs * LONG),
  restart('restart', 'SIGTERM'),
  restart('crash', 'SIGKILL'),
];

/** SIGKILL of a process; what started it starts it again. */
function kill(role: string): Fault {
  return struckBy({ name: `kill:${role}`, victims: [role], alone: false }, async (stage, record) => {
    const { pid } = stage.process(role);
    send(pid, 'SIGKILL');
    await eventually(() => !isRunning(pid), { within: AGAIN_MS });
    record.endedAt = Date.now();
    return async () => {
      const now = await eventually(() => stage.process(role).pid !== pid && stage.process(role).pid, { within: AGAIN_MS });
      return `process ${pid} died, ${now} runs in its place`;
    };
  });
}

/** SIGSTOP of all processes of some roles at once, and SIGCONT after a while; nobody starts them again meanwhile. */
function freeze(name: string, victims: readonly string[], howLong: (dice: SeededRandom, leaseMs: number) => number): Fault {
  return struckBy({ name, victims, alone: victims.length > 1 }, async (stage, record, dice) => {
    const ms = howLong(dice, stage.leaseSeconds * 1000);
    const pids = victims.flatMap((role) => {
      const { pid } = stage.process(role);
      return role === 'postgres' ? [pid, ...childrenOf(pid)] : [pid];
    });
    const goOn = stopAll(pids);
    const began = performance.now();
    const areStill = (): boolean => pids.every(isStopped);
    let deaf: boolean[];
    let still = false;
    try {
      await eventually(areStill, { within: STOPPED_MS, every: 10 }).catch(() => undefined); // what did not stop, did not bite
      deaf = await Promise.all(victims.map((role) => isDeaf(stage, role)));
      still = areStill();
      await pause(Math.max(0, ms - (performance.now() - began)));
    } finally {
      goOn();
      record.endedAt = Date.now();
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const bit = still && deaf.every(Boolean);
    return async () => (bit ? `${pids.length} process(es) stood still for ${seconds} s and gave no answer` : null);
  });
}

/** SIGKILL of one connection's process: Postgres takes its shared memory for damaged, cuts everybody off and recovers. */
function killBackend(): Fault {
  return struckBy({ name: 'kill:backend', victims: ['postgres'], alone: false }, async (stage, record, dice) => {
    const { rows } = connections(stage);
    const before = await rows();
    const { pid } = dice.pick(before);
    send(pid, 'SIGKILL');
    await eventually(() => !isRunning(pid), { within: AGAIN_MS });
    record.endedAt = Date.now();
    return async () => {
      const now = await eventually(rows, { within: AGAIN_MS });
      const left = now.filter((one) => before.some((old) => old.pid === one.pid));
      return left.length === 0 ? `backend ${pid} died, and ${before.length} connections with it` : null;
    };
  });
}

function connections(stage: Stage): { rows: () => Promise<{ pid: number }[]> } {
  const text = `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'ampel%' AND backend_type = 'client backend' ORDER BY pid`;
  return { rows: () => stage.rows<{ pid: number }>(text) };
}

/** Everything is ended and started again: in good order, or because the program that holds all together is killed. */
function restart(name: string, signal: 'SIGTERM' | 'SIGKILL'): Fault {
  return struckBy({ name, victims: VICTIMS, alone: true }, async (stage, record) => {
    const old = await stage.end(signal);
    const gone = old.every(({ pid }) => !isRunning(pid));
    await stage.startAgain();
    record.endedAt = Date.now();
    return async () => (gone ? `${old.length} processes ended, all were started again` : null);
  });
}

/** Everything is stopped in good order and started again so much later (case 16: our own outage). */
export function away(ms: number): Fault {
  return struckBy({ name: `away for ${ms / 60_000} min`, victims: VICTIMS, alone: true }, async (stage, record) => {
    const old = await stage.end('SIGTERM');
    await pause(ms);
    const gone = old.every(({ pid }) => !isRunning(pid));
    await stage.startAgain();
    record.endedAt = Date.now();
    return async () => (gone ? `${old.length} processes ended, and were started ${Math.round(ms / 1000)} s later` : null);
  });
}

/** Only the agents' door stands still for so long; everything that could expire them goes on (case 16). */
export function closedDoor(ms: number): Fault {
  return freeze(`agent-api still for ${ms / 60_000} min`, ['agent-api'], () => ms);
}

/** One of `FAULTS`. Throws if there is none of that name. */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (!fault) throw new Error(`there is no fault ${name}`);
  return fault;
}

type Blow = (stage: Stage, record: FaultRecord, dice: SeededRandom) => Promise<() => Promise<string | null>>;

function struckBy(fault: Omit<Fault, 'strike'>, blow: Blow): Fault {
  return {
    ...fault,
    strike: async (stage, dice) => {
      const record: FaultRecord = { name: fault.name, victims: fault.victims, from: Date.now(), endedAt: Number.NaN, proof: null };
      const prove = await blow(stage, record, dice);
      return { record, proven: async () => void (record.proof = await prove().catch(() => null)) };
    },
  };
}

/** Whether a role's door gives no answer. */
async function isDeaf(stage: Stage, role: string): Promise<boolean> {
  const { port } = stage.process(role);
  const signal = AbortSignal.timeout(NO_ANSWER_MS);
  const asked =
    role === 'postgres'
      ? stage.rows('SELECT 1', [], NO_ANSWER_MS)
      : role === 'nats'
        ? firstBytes(port, signal)
        : fetch(`http://127.0.0.1:${port}/healthz`, { signal, keepalive: false });
  return asked.then(
    () => false,
    () => true,
  );
}

/** A nats-server speaks first. */
async function firstBytes(port: number, signal: AbortSignal): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data', { signal });
  } finally {
    socket.destroy();
  }
}
