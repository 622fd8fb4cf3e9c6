import { Mark } from '../design/status.js';
import { type Kind, type Language, LANGUAGES } from './changed-notices.js';
import { words as said } from './words.js';

interface PreviewProps {
  readonly kind: Kind;
  readonly texts: Readonly<Record<Language, string>>;
  /** `45 seconds`. */
  readonly after: string;
}

/** The notice as a visitor reads it, in both languages. */
export function Preview({ kind, texts, after }: PreviewProps) {
  const words = said();
  return (
    <div class="previews" role="group" aria-label={words.preview}>
      {LANGUAGES.map((language) => (
        <figure key={language} class="preview" lang={language}>
          <figcaption class="small quiet" lang={document.documentElement.lang}>
            {words.preview}: {words.languages[language]}
          </figcaption>
          <p class="bubble visitor">{words.visitor[language]}</p>
          <p class="small quiet preview-later" lang={document.documentElement.lang}>
            {words.later(after)}
          </p>
          <p class="bubble notice" data-preview={`${kind}-${language}`} dir="auto">
            <Mark status={kind} />
            <span>{texts[language]}</span>
          </p>
        </figure>
      ))}
    </div>
  );
}
