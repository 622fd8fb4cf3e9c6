import { appendByFew, appendByMany } from './append.js';
import type { Benchmark } from './benchmark.js';
import { clickToVisible } from './click-to-visible.js';
import { coldStart } from './cold-start.js';
import { drainBacklog } from './drain-backlog.js';
import { liveSessions } from './live-sessions.js';
import { statusQuery } from './status-query.js';
import { takeBeats } from './take-beats.js';

/** In the order of the goals. */
export const BENCHMARKS: readonly Benchmark[] = [appendByMany, appendByFew, statusQuery, takeBeats, liveSessions, drainBacklog, coldStart, clickToVisible];
