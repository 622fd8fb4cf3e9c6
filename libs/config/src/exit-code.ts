/** How a process of Ampel ends; the numbers follow sysexits.h where it has one. */
export const ExitCode = {
  /** Stopped in good order. */
  stopped: 0,
  /** Something failed that nobody foresaw; the log tells. */
  failed: 1,
  /** An unknown argument on the command line. */
  usage: 64,
  /** A server, a folder or a port cannot be had; the sentence printed says what to do. */
  unavailable: 69,
  /** Settings are invalid; every fault is printed, one a line. */
  invalidSettings: 78,
  /** Stopped by force: a second Ctrl-C. */
  forced: 130,
} as const;
