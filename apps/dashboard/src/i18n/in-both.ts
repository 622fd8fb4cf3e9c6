import { language } from './locale.js';

/**
 * The words of one screen, loaded with it: both languages or it does not compile. Call the answer while rendering, like `t()`:
 * `export const words = inBoth({ title: 'Team' }, { title: 'Team' });`
 */
export function inBoth<T extends object>(en: T, de: NoInfer<T>): () => T {
  return () => (language.value === 'de' ? de : en);
}
