import { appendByFew, appendByMany } from './append.js';
import type { Benchmark } from './benchmark.js';
import { liveSessions } from './live-sessions.js';

/** In the order of the goals. */
export const BENCHMARKS: readonly Benchmark[] = [appendByMany, appendByFew, liveSessions];
