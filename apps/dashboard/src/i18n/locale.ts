import { signal } from '@preact/signals';
import { keep, kept } from '../design/kept.js';

export type Language = 'en' | 'de';
export const LANGUAGES: readonly Language[] = ['en', 'de'];

/** What the person chose here, else the first of the browser's languages that we speak, else English. */
export function preferredLanguage(chosen: string | null, wished: readonly string[]): Language {
  const ours = (tag: string | null): Language | undefined => LANGUAGES.find((one) => tag?.toLowerCase().split('-')[0] === one);
  return ours(chosen) ?? wished.map(ours).find((one) => one !== undefined) ?? 'en';
}

const asked = new URLSearchParams(globalThis.location?.search ?? '').get('lang');
export const language = signal<Language>(preferredLanguage(asked ?? kept('language'), globalThis.navigator?.languages ?? []));

export function speak(wish: Language): void {
  language.value = wish;
  keep('language', wish);
}

/** The full tag for `Intl`: the browser's own region where the language is the same (24-hour clock, week, digits). */
export function tag(): string {
  return globalThis.navigator?.languages?.find((one) => one.toLowerCase().startsWith(language.value)) ?? language.value;
}
