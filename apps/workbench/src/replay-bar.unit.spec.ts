import { describe, expect, it } from '@jest/globals';
import { barOf, grouped } from './replay-bar.js';

describe('The bar of a replay', () => {
  it('tells percent, events, rate and the time left, by what was seen since the looking began', () => {
    const begun = { processed: 1_000_000, at: 0 };
    const line = barOf({ state: 'running', processed: 1_500_000, total: 2_000_000 }, begun, 2_000);
    expect(line).toBe('##################------  75 %  1,500,000 of 2,000,000 events  250,000/s  2 s left');
    expect(barOf({ state: 'running', processed: 1_000_000, total: 61_000_000 }, { processed: 0, at: 0 }, 1_000)).toMatch(/1 min 0 s left$/);
  });

  it('says so while another replay goes first, and divides by nothing', () => {
    expect(barOf({ state: 'queued', processed: 0, total: 0 }, { processed: 0, at: 0 }, 0)).toBe('waiting for its turn');
    expect(barOf({ state: 'done', processed: 0, total: 0 }, { processed: 0, at: 0 }, 0)).toBe(`${'-'.repeat(24)}  0 %  0 of 0 events`);
    expect([0, 999, 1_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});
