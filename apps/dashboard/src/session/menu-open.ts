import { signal } from '@preact/signals';

/** Whether the menu of the profile picture is open; the large picture of the first screen opens the same one. */
export const menuIsOpen = signal(false);
