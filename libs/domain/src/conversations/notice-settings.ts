import type { NoticeKind } from './events.js';

/** Languages that notices have texts in (behaviour D16). */
export const LANGUAGES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A notice of one kind: after how long it is sent, and what it says. */
export interface Notice {
  readonly delaySeconds: number;
  readonly texts: Readonly<Record<Language, string>>;
}

/** The notices of a site. `language`: for visitors whose page asks for none of ours. */
export interface NoticeSettings {
  readonly language: Language;
  readonly busy: Notice;
  readonly offline: Notice;
}

/** What a site changes of the defaults; what is left out is as by default. */
export interface ChangedNotices {
  readonly language?: Language | undefined;
  readonly busy?: ChangedNotice | undefined;
  readonly offline?: ChangedNotice | undefined;
}
export interface ChangedNotice {
  readonly delaySeconds?: number | undefined;
  readonly texts?: { readonly [L in Language]?: string | undefined } | undefined;
}

/** behaviour D16, and the words of the help page's rule 5. */
export const DEFAULT_NOTICES: NoticeSettings = {
  language: 'de',
  busy: {
    delaySeconds: 45,
    texts: {
      de: 'Wir sind gerade beschäftigt. Sobald wie möglich ist jemand für Sie da.',
      en: 'We are busy right now. Somebody will be with you as soon as possible.',
    },
  },
  offline: {
    delaySeconds: 1,
    texts: {
      de: 'Wir sind gerade offline. Ihre Nachricht ist angekommen, wir melden uns per E-Mail.',
      en: 'We are offline right now. Your message has arrived, we will answer by e-mail.',
    },
  },
};

/** The notices of a site that has changed these. */
export function noticesWith(changed: ChangedNotices): NoticeSettings {
  const of = (kind: NoticeKind): Notice => {
    const { delaySeconds, texts } = changed[kind] ?? {};
    const byDefault = DEFAULT_NOTICES[kind];
    const text = (language: Language): string => texts?.[language] ?? byDefault.texts[language];
    return { delaySeconds: delaySeconds ?? byDefault.delaySeconds, texts: { de: text('de'), en: text('en') } };
  };
  return { language: changed.language ?? DEFAULT_NOTICES.language, busy: of('busy'), offline: of('offline') };
}

/** What a notice says to a visitor whose page asks for `wanted`, a language tag such as `de-AT`; in which language. */
export function noticeText(settings: NoticeSettings, kind: NoticeKind, wanted: string | undefined): { text: string; lang: Language } {
  const asked = wanted?.toLowerCase().split('-')[0];
  const lang = LANGUAGES.find((language) => language === asked) ?? settings.language;
  return { text: settings[kind].texts[lang], lang };
}
