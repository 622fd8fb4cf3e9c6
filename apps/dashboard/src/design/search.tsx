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
  const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const all = plain(texts.join(' '));
  return plain(searched).split(/\s+/u).every((word) => all.includes(word));
}
