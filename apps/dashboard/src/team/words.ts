import { inBoth } from '../i18n/in-both.js';
import { de } from './words.de.js';
import { en } from './words.en.js';

/** What the team's screens say. */
export const words = inBoth(en, de);
