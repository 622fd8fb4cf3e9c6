import { inBoth } from '../i18n/in-both.js';
import { de } from './words.de.js';
import { en } from './words.en.js';

export const words = inBoth(en, de);
