import type { ComparedSpent } from './what-if.js';

/** Differences shorter than that are not put into words, ms. */
const NOTHING_MS = 500;

interface Words {
  readonly same: string;
  readonly elsewhere: (time: string) => string;
  readonly seen: (parts: readonly string[], nobody: string | null) => string;
  readonly more: (time: string, status: 'online' | 'busy') => string;
  readonly less: (time: string, status: 'online' | 'busy') => string;
  readonly moreMissed: (time: string) => string;
  readonly lessMissed: (time: string) => string;
}

const WORDS: Readonly<Record<'de' | 'en', Words>> = {
  de: {
    same: 'Für Besucher hätte sich nichts geändert.',
    elsewhere: (time) => `Zu manchen Zeiten hätten Besucher einen anderen Status gesehen (zusammen ${time}), insgesamt aber gleich lange online.`,
    seen: (parts, nobody) => `Besucher hätten ${parts.join(' und ')} gesehen${nobody === null ? '' : `, davon ${nobody}, in denen niemand mehr da gewesen wäre`}.`,
    more: (time, status) => `${time} länger ${status === 'online' ? 'online' : 'beschäftigt'}`,
    less: (time, status) => `${time} kürzer ${status === 'online' ? 'online' : 'beschäftigt'}`,
    moreMissed: (time) => `Innerhalb der Geschäftszeiten wäre ${time} länger niemand da gewesen.`,
    lessMissed: (time) => `Innerhalb der Geschäftszeiten wäre ${time} kürzer niemand da gewesen.`,
  },
  en: {
    same: 'Nothing would have changed for visitors.',
    elsewhere: (time) => `At some times visitors would have seen another status (${time} in all), but online for as long altogether.`,
    seen: (parts, nobody) =>
      `Visitors would have seen ${parts.join(' and ')}${nobody === null ? '' : `, of which ${nobody} with nobody there any more`}.`,
    more: (time, status) => `${time} more ${status}`,
    less: (time, status) => `${time} less ${status}`,
    moreMissed: (time) => `Within the opening hours nobody would have been there for ${time} more.`,
    lessMissed: (time) => `Within the opening hours nobody would have been there for ${time} less.`,
  },
};

/** What a comparison comes to, in one or two sentences. */
export function whatIfSentence({ was, would, differ }: ComparedSpent, language: 'de' | 'en'): string {
  const words = WORDS[language];
  const online = would.online + would.unattended - was.online - was.unattended;
  const busy = would.busy - was.busy;
  const missed = would.missed - was.missed;
  const unattended = would.unattended - was.unattended;
  const parts = ([[online, 'online'], [busy, 'busy']] as const).flatMap(([ms, status]) =>
    Math.abs(ms) < NOTHING_MS ? [] : [(ms > 0 ? words.more : words.less)(duration(Math.abs(ms)), status)],
  );
  const nobody = online >= NOTHING_MS && unattended >= NOTHING_MS ? duration(Math.min(unattended, online)) : null;
  const seen = parts.length > 0 ? words.seen(parts, nobody) : differ >= NOTHING_MS ? words.elsewhere(duration(differ)) : words.same;
  if (Math.abs(missed) < NOTHING_MS) return seen;
  return `${seen} ${(missed > 0 ? words.moreMissed : words.lessMissed)(duration(Math.abs(missed)))}`;
}

/** `12 h 30 min`, below a minute `40 s`; the same in both languages. */
function duration(ms: number): string {
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return [h > 0 ? `${h} h` : '', m > 0 ? `${m} min` : ''].filter((part) => part !== '').join(' ');
}
