import type { SiteView } from '#contract';
import { here } from '../session/server-time.js';
import { words } from './words.js';

/** `Always offline, until 14:00`. */
export function modeText({ mode, modeUntil }: Pick<SiteView, 'mode' | 'modeUntil'>): string {
  return words().modeNow(words().modes[mode], modeUntil === undefined ? null : here(modeUntil));
}
