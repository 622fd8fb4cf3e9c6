import { appendByFew, appendByMany } from './append.js';
import type { Benchmark } from './benchmark.js';
import { clickToFrame } from './click-to-frame.js';
import { clickToVisible } from './click-to-visible.js';
import { closingTime, schedulesAtRest } from './closing-time.js';
import { coldStart } from './cold-start.js';
import { drainBacklog } from './drain-backlog.js';
import { liveSessions } from './live-sessions.js';
import { askThePast } from './ask-the-past.js';
import { pushToReaders } from './push-to-readers.js';
import { replayLog } from './replay-log.js';
import { statusQuery } from './status-query.js';
import { takeBeats } from './take-beats.js';

/** In the order of the goals. */
export const BENCHMARKS: readonly Benchmark[] = [
  appendByMany, appendByFew, clickToFrame, statusQuery, pushToReaders, takeBeats, liveSessions, replayLog, drainBacklog, askThePast,
  coldStart, closingTime, schedulesAtRest, clickToVisible,
];
