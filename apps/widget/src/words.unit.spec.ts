import { describe, expect, it } from '@jest/globals';
import { stateWords } from './state-words.js';
import { ageWords, whenWords, wordsFor } from './words.js';

describe('the words of the box', () => {
  it('are German for every German, English for everybody else, and complete in both', () => {
    expect([stateWords('de-AT').offline, stateWords('DE').offline, stateWords('fr').offline]).toEqual(['Wir sind offline', 'Wir sind offline', 'We are offline']);
    expect(Object.keys(wordsFor('de')).sort()).toEqual(Object.keys(wordsFor('en')).sort());
    for (const words of [wordsFor('de'), wordsFor('en')]) for (const word of Object.values(words)) expect(word.trim()).not.toBe('');
  });

  it('name a time by what a person needs to find it', () => {
    const now = new Date(2026, 2, 2, 12).getTime();
    const at = (day: number, hour: number): string => new Date(2026, 2, day, hour).toISOString();
    expect(whenWords(at(2, 17), 'de', now)).toBe('17:00');
    expect(whenWords(at(3, 8), 'de', now)).toMatch(/^Dienstag(,| um) 08:00$/);
    expect(whenWords(at(20, 8), 'en-GB', now)).toMatch(/^Fri,? 20 March,? ?(at|,)? ?0?8:00$/);
  });

  it('tell an age in whole units', () => {
    expect([20_000, 180_000, 7_200_000].map((ms) => ageWords(ms, 'de'))).toEqual(['vor 20 Sekunden', 'vor 3 Minuten', 'vor 2 Stunden']);
  });

  it('are there for a page that calls its language something impossible', () => {
    expect(ageWords(60_000, '<b>')).toBe('1 minute ago');
  });
});
