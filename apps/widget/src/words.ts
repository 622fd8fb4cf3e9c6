import { isGerman } from './state-words.js';

const de = {
  close: 'Schließen',
  connecting: 'Verbindung wird aufgebaut …',
  hintOnline: 'Schreiben Sie uns, wir antworten gleich.',
  hintBusy: 'Wir sind so bald wie möglich wieder bei Ihnen. Schreiben Sie uns schon jetzt.',
  hintOffline: 'Hinterlassen Sie eine Nachricht, wir antworten per E-Mail.',
  hintUnknown: 'Der Chat ist zurzeit nicht erreichbar. Wir versuchen es weiter.',
  hintWrong: 'Dieser Chat ist noch nicht eingerichtet.',
  until: 'Online bis',
  from: 'Wieder online:',
  aged: 'Keine Verbindung, letzter bekannter Stand:',
  stale: 'Der Stand ist vielleicht nicht der neueste.',
  message: 'Ihre Nachricht',
  email: 'Ihre E-Mail-Adresse',
  send: 'Senden',
  sending: 'Wird gesendet …',
  sent: 'Ihre Nachricht ist angekommen.',
  needEmail: 'Bitte geben Sie Ihre E-Mail-Adresse an, damit wir antworten können.',
  wait: 'Das waren viele Nachrichten. Bitte warten Sie einen Moment.',
  failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
};
export type Words = typeof de;

const en: Words = {
  close: 'Close',
  connecting: 'Connecting …',
  hintOnline: 'Write to us, we will answer right away.',
  hintBusy: 'We will be back with you as soon as possible. You can write to us now.',
  hintOffline: 'Leave a message, we will answer by e-mail.',
  hintUnknown: 'The chat is not available right now. We keep trying.',
  hintWrong: 'This chat has not been set up yet.',
  until: 'Online until',
  from: 'Back online:',
  aged: 'No connection, last known',
  stale: 'This may not be the latest state.',
  message: 'Your message',
  email: 'Your e-mail address',
  send: 'Send',
  sending: 'Sending …',
  sent: 'Your message has arrived.',
  needEmail: 'Please enter your e-mail address so that we can answer.',
  wait: 'That was a lot of messages. Please wait a moment.',
  failed: 'That did not work. Please try again.',
};

/** The words of the open box for a language tag: German, else English. */
export const wordsFor = (lang: string): Words => (isGerman(lang) ? de : en);

/** `next.at` for a person here and now: the time, with the weekday or the date if it is not today. Local time of the visitor. */
export function whenWords(at: string, lang: string, now: number): string {
  const time = new Date(at);
  const days = (time.getTime() - now) / 86_400_000;
  const day: Intl.DateTimeFormatOptions =
    time.toDateString() === new Date(now).toDateString() ? {} : days < 6 ? { weekday: 'long' } : { weekday: 'short', day: 'numeric', month: 'long' };
  return formatted(lang, (tag) => new Intl.DateTimeFormat(tag, { ...day, hour: 'numeric', minute: '2-digit' }).format(time));
}

/** An age in ms as `3 minutes ago`. */
export function ageWords(ms: number, lang: string): string {
  const minutes = Math.round(ms / 60_000);
  const format = (amount: number, unit: 'second' | 'minute' | 'hour'): string =>
    formatted(lang, (tag) => new Intl.RelativeTimeFormat(tag).format(-amount, unit));
  if (minutes < 1) return format(Math.round(ms / 1_000), 'second');
  return minutes < 90 ? format(minutes, 'minute') : format(Math.round(minutes / 60), 'hour');
}

/** A page may call its language anything. */
function formatted(lang: string, format: (tag: string) => string): string {
  try {
    return format(lang);
  } catch {
    return format('en');
  }
}
