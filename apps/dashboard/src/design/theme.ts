import { signal } from '@preact/signals';
import { kept, keep } from './kept.js';

export type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

/** The wish for light or dark; `auto` follows the system. */
export const theme = signal<Theme>(THEMES.find((one) => one === kept('theme')) ?? 'auto');

export function wishTheme(wish: Theme): void {
  theme.value = wish;
  keep('theme', wish);
  applyTheme();
}

/** Whether the page is dark now, by wish or by the system. */
export function isDark(): boolean {
  return theme.value === 'dark' || (theme.value === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'auto') delete dataset['theme'];
  else dataset['theme'] = theme.value;
}
