import type { NoticesBody, NoticesView } from '#contract';
import { DEFAULT_NOTICES } from '#domain/conversations/index';

export type Kind = 'busy' | 'offline';
export type Language = NoticesView['language'];
export const KINDS: readonly Kind[] = ['busy', 'offline'];
export const LANGUAGES: readonly Language[] = ['de', 'en'];

/** Notices while they are written: the delay as it is typed. */
export interface Written extends Record<Kind, { readonly delay: string; readonly texts: Readonly<Record<Language, string>> }> {
  readonly language: Language;
}

export function writtenNotices({ language, busy, offline }: NoticesView): Written {
  const of = ({ delaySeconds, texts }: NoticesView[Kind]) => ({ delay: String(delaySeconds), texts });
  return { language, busy: of(busy), offline: of(offline) };
}

/** What is to be sent: what is as by default is left out, so that it follows the default (contract, `PUT .../notices`). */
export function changedNotices(written: Written): NoticesBody {
  const texts = (kind: Kind): Partial<Record<Language, string>> =>
    Object.fromEntries(LANGUAGES.filter((one) => written[kind].texts[one] !== DEFAULT_NOTICES[kind].texts[one]).map((one) => [one, written[kind].texts[one]]));
  const of = (kind: Kind): Pick<NoticesBody, Kind> => {
    const delaySeconds = Number(written[kind].delay.replace(',', '.'));
    const changed = {
      ...(delaySeconds === DEFAULT_NOTICES[kind].delaySeconds && written[kind].delay.trim() !== '' ? {} : { delaySeconds: numberOr(written[kind].delay, delaySeconds) }),
      ...(Object.keys(texts(kind)).length === 0 ? {} : { texts: texts(kind) }),
    };
    return Object.keys(changed).length === 0 ? {} : { [kind]: changed };
  };
  return { ...(written.language === DEFAULT_NOTICES.language ? {} : { language: written.language }), ...of('busy'), ...of('offline') };
}

/** Nothing typed, or no number: below what the service takes, so that it is refused at its place. */
function numberOr(typed: string, read: number): number {
  return typed.trim() === '' || !Number.isFinite(read) ? -1 : read;
}
