/** A state in words. `chat` stands where nothing is known yet. */
export interface StateWords {
  readonly chat: string;
  readonly online: string;
  readonly busy: string;
  readonly offline: string;
  readonly unknown: string;
}

export const isGerman = (lang: string): boolean => /^de/i.test(lang);

/** The words of a language tag: German, else English. */
export const stateWords = (lang: string): StateWords =>
  isGerman(lang)
    ? { chat: 'Chat', online: 'Wir sind online', busy: 'Wir sind beschäftigt', offline: 'Wir sind offline', unknown: 'Nicht erreichbar' }
    : { chat: 'Chat', online: 'We are online', busy: 'We are busy', offline: 'We are offline', unknown: 'Not available' };
