import { inBoth } from '../i18n/in-both.js';
import { de } from './words.de.js';
import { en } from './words.en.js';

/** The words of the hours; they come with the screen, not with the first load. */
export const hoursWords = inBoth(en, de);
