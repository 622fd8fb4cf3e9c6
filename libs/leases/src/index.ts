/**
 * Leases: which sessions beat last and when (behaviour D8, architecture 5).
 *
 * Owns: schema `lease` (migration 0003) and the memory of beats of a process.
 * Invariants: only the server's receipt time counts, by Postgres's clock; no beat counts after a sign-out or an end; a beat that was
 *   accepted is never lost to an outage: what could not be written stays for the next flush; no index on a column that beats change.
 * Lifecycle: rows are opened, signed out and ended inside the command's transaction; `BeatRecorder.start()` ... `stop()` per process.
 * May import: machinery. Never the domain.
 */
export { BeatRecorder } from './beat-recorder.js';
export type { BeatRecorderOptions } from './beat-recorder.js';
export { endLeases, openLease, readOpenLeases, signOutLease } from './lease-rows.js';
export type { LeaseRow, NewLease } from './lease-rows.js';
export { recordBeats } from './record-beats.js';
export type { Beat, RecordedBeat, Standing } from './record-beats.js';
