import { describe, expect, it } from '@jest/globals';
import { environment } from '#config';
import { findChromium } from './chromium.js';

/**
 * Declares specs that need Chromium. Where there is none, one spec says so instead, and is red on a build server, which must have one.
 *
 * @param what     what that spec is called, e.g. `the timeline in a real browser`
 * @param unproven what is not shown without them, e.g. `the timeline is unproven`
 */
export function inChromium(what: string, unproven: string, specs: (program: string) => void): void {
  const program = findChromium();
  if (program !== undefined) return specs(program);
  describe(what, () => {
    it('NOT RUN: there is no Chromium (apt-get install chromium, or set CHROMIUM_PATH)', () => {
      const line = `NOT RUN: no Chromium on the PATH or in CHROMIUM_PATH, so ${unproven}`;
      process.stderr.write(`\n${'!'.repeat(line.length)}\n${line}\n${'!'.repeat(line.length)}\n\n`);
      expect(environment()['CI']).not.toBe('true');
    });
  });
}
