import { describe, expect, it } from '@jest/globals';
import { lasting, plural, thereToo } from './format.js';
import { preferredLanguage } from './locale.js';

describe('the words of times and numbers', () => {
  it.each([
    [0, '0:00'],
    [-5_000, '0:00'],
    [1, '0:01'],
    [92_000, '1:32'],
    [3_723_000, '1:02:03'],
  ])('%i ms are left: %s', (left, words) => {
    expect(lasting(left)).toBe(words);
  });

  it('an instant is told on the wall of another zone only where that shows something else', () => {
    const at = Date.parse('2026-11-24T06:45:00Z');
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(thereToo(at, own === 'Asia/Kathmandu' ? 'Pacific/Chatham' : 'Asia/Kathmandu')).toMatch(/^Tue/);
    expect([thereToo(at, own), thereToo(at, 'Nowhere/Else')]).toEqual([null, null]);
  });

  it('one is one, none and two are other', () => {
    const forms = { one: 'one', other: 'other' };
    expect([0, 1, 2].map((count) => plural(count, forms))).toEqual(['other', 'one', 'other']);
  });
});

describe('the language', () => {
  it.each<[string | null, string[], string]>([
    ['de', ['en-GB'], 'de'],
    [null, ['fr', 'de-AT', 'en'], 'de'],
    [null, ['fr'], 'en'],
    ['tlh', [], 'en'],
  ])('chosen %s, wished %j: %s', (chosen, wished, language) => {
    expect(preferredLanguage(chosen, wished)).toBe(language);
  });
});
