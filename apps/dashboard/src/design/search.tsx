import { useRef } from 'preact/hooks';
import { common } from './common-words.js';
import { Icon } from './icons.js';

/** A field that narrows a list while one types. `label`: what is searched, e.g. "Search people". */
export function Search({ label, value, onInput }: { readonly label: string; readonly value: string; readonly onInput: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input ref={field} type="text" inputMode="search" aria-label={label} placeholder={label} value={value} autocomplete="off" spellcheck={false} onInput={(event) => onInput(event.currentTarget.value)} />
      {value !== '' && (
        <button
          type="button"
          class="button plain only-icon"
          onClick={() => {
            onInput('');
            field.current?.focus();
          }}
        >
          <Icon name="cross" />
          <span class="unseen">{common().clear}</span>
        </button>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly label: string; readonly count?: number }[];
}

/** One of a few, side by side; each may say how many it would show. */
export function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" class="chip" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
          {option.count !== undefined && <span class="numbers"> {option.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** Whether the words of a search all occur, in whatever order; case and accents aside. */
export function matches(searched: string, ...texts: readonly string[]): boolean {
  return searchFor(searched)(texts.join(' '));
}

/** The same for one search in many texts. */
export function searchFor(searched: string): (text: string) => boolean {
  const words = plain(searched).split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return (text) => {
    const all = plain(text);
    return words.every((word) => all.includes(word));
  };
}

/** Most of a list is asked about again with every letter typed. */
const MOST_KEPT = 5_000;
const known = new Map<string, string>();

function plain(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  const made = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  if (known.size >= MOST_KEPT) known.clear();
  known.set(text, made);
  return made;
}
