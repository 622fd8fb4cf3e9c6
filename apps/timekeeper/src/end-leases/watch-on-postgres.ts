import { leaseEnd } from '#domain/agent-presence/index';
import type { EventStore } from '#event-store';
import {
  countUnsigned, expireDue, holdBack, noteKeeper, type Patience, readNewlyArmed, readOpenLeaseNumbers, readWatched, type Sql,
} from '#leases';
import type { WatchPorts } from './lease-watch.js';

/** Told what the watch did. */
export interface WatchNotices {
  onEnded(leases: number): void;
  /** A lease that has run out cannot be ended, by a fault of ours. */
  onFault(error: unknown, leaseNo: number): void;
  /** The brake was pulled: so many sessions fell due within ten seconds. */
  onHeldBack(falling: number): void;
}

/** The watch's ports on lease rows and event store: all that is decided about time is decided by the rows' clock. */
export function watchOnPostgres(
  sql: Sql,
  store: EventStore,
  { blindMs, graceMs }: Patience,
  clock: WatchPorts['clock'],
  { onEnded, onFault, onHeldBack }: WatchNotices,
): WatchPorts {
  return {
    clock,
    readOpen: (after, limit) => readOpenLeaseNumbers(sql, after, limit),
    readNewlyArmed: (withinMs) => readNewlyArmed(sql, withinMs),
    readWatched: (leaseNos) => readWatched(sql, leaseNos),
    expire: async (leaseNos) => {
      const ended = await expireDue(sql, store, leaseEnd, leaseNos, { blindMs, onFault });
      onEnded(ended.length);
      return ended;
    },
    countUnsigned: () => countUnsigned(sql),
    holdBack: () => holdBack(sql, graceMs),
    noteKeeper: () => noteKeeper(sql),
    onHeldBack,
  };
}
