/**
 * Leases: which sessions beat last and when, when they end, and what else is due at an instant (behaviour D8-D10, D15, D26;
 * architecture 5).
 *
 * Owns: schema `lease` (migrations 0003, 0005, 0018, 0030) and the memory of beats of a process.
 * Invariants: only the server's receipt time counts, by Postgres's clock; no beat counts after a sign-out or an end; a beat that was
 *   accepted is never lost to an outage: what could not be written stays for the next flush; no index on a column that beats change;
 *   a lease ends once, under the lock of its row, and only where every beat before its deadline is known to be recorded (sight);
 *   nobody ends because of an outage of ours (gate); every decision about time is made by Postgres's clock, where the row is.
 * Lifecycle: rows are opened, signed out and ended inside the command's transaction; `BeatRecorder.start()` ... `stop()` per process.
 * May import: machinery. Never the domain: what follows from an end is handed in.
 */
export { moveAlarms, readAlarmsOf, readDueAlarms, readDueKinds, setAlarm } from './alarms.js';
export type { Alarm } from './alarms.js';
export { BeatRecorder } from './beat-recorder.js';
export type { BeatingSession, BeatRecorderOptions } from './beat-recorder-options.js';
export { Brake } from './brake.js';
export type { BrakePorts } from './brake.js';
export { readNewlyArmed, readOpenLeaseNumbers, readOverdue, readWatched, SLACK_MS } from './due-leases.js';
export type { ArmedLease, DueLease, WatchedLease } from './due-leases.js';
export { expireDue, expireLapsed } from './expire-due.js';
export type { ExpireOptions, LeaseEnd } from './expire-due.js';
export { ExpiryWheel } from './expiry-wheel.js';
export { countUnsigned, holdBack, keeperSilence, noteKeeper } from './gate.js';
export { heartbeatInterval } from './heartbeat-interval.js';
export { changePushLease, changePushLeases, endLeases, openLease, readOpenLeases, signOutLease } from './lease-rows.js';
export type { LeaseRow, NewLease, Sql } from './lease-rows.js';
export { MemoryLeases } from './memory/memory-leases.js';
export type { MemoryTransaction } from './memory/memory-leases.js';
export { countOpenLeases, presenceNumbers } from './presence-numbers.js';
export type { PresenceNumbers } from './presence-numbers.js';
export { recordBeats } from './record-beats.js';
export type { Beat, RecordedBeat, Standing } from './record-beats.js';
export { ringAlarms } from './ring-alarms.js';
export type { AlarmRing, RingOptions } from './ring-alarms.js';
export { noteSight, patienceOf, sayGoodbye } from './sight.js';
export type { Patience } from './sight.js';
