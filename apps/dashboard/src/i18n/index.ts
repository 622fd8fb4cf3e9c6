import { de } from './de.js';
import { en, type Messages } from './en.js';
import { language } from './locale.js';

export { ago, dayAndClock, listed } from './format.js';
export { type Language, language, speak } from './locale.js';

const WORDS: Readonly<Record<'en' | 'de', Messages>> = { en, de };

/** The words of the language in force; read while rendering, a change of language renders anew. */
export function t(): Messages {
  return WORDS[language.value];
}
