import { signal } from '@preact/signals';
import type { OwnBoxes, OwnProfile } from '#contract';

/** What was last read; null until then. */
export const profile = signal<OwnProfile | null>(null);
export const boxes = signal<OwnBoxes | null>(null);

/** Nothing of one person stays for the next one. */
export function clearLoaded(): void {
  profile.value = null;
  boxes.value = null;
}
