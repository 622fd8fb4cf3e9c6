import { Check } from '../design/field.js';
import { EVENT_TYPES, SUBJECTS, type Subject } from './event-types.js';
import { words as said } from './words.js';

interface TypesProps {
  /** Names of types, or `*` alone. */
  readonly value: readonly string[];
  readonly onChange: (types: readonly string[]) => void;
  readonly fault: string | null;
}

/** What a webhook is told: everything, or chosen types; a subject is ticked whole. */
export function TypesField({ value, onChange, fault }: TypesProps) {
  const words = said();
  const everything = value[0] === '*';
  const toggle = (types: readonly string[], on: boolean): void => {
    onChange(on ? [...new Set([...value, ...types])] : value.filter((type) => !types.includes(type)));
  };
  return (
    <fieldset class="types" aria-invalid={fault === null ? undefined : 'true'}>
      <legend>{words.types}</legend>
      <label class="type-choice">
        <input type="radio" name="types" checked={everything} onChange={() => onChange(['*'])} />
        <span>{words.everything}</span>
      </label>
      <label class="type-choice">
        <input type="radio" name="types" checked={!everything} onChange={() => onChange([...EVENT_TYPES.boxes])} />
        <span>{words.some}</span>
      </label>
      {fault !== null && <p class="fault">{fault}</p>}
      {!everything && (
        <div class="type-list">
          {SUBJECTS.map((subject: Subject) => (
            <details key={subject} open={EVENT_TYPES[subject].some((type) => value.includes(type))}>
              <summary>
                {words.subjects[subject]}{' '}
                <span class="small quiet numbers">
                  {EVENT_TYPES[subject].filter((type) => value.includes(type)).length}/{EVENT_TYPES[subject].length}
                </span>
              </summary>
              <div class="type-names">
                <Check
                  label={<b>{words.subjects[subject]}</b>}
                  checked={EVENT_TYPES[subject].every((type) => value.includes(type))}
                  onChange={(on) => toggle(EVENT_TYPES[subject], on)}
                />
                {EVENT_TYPES[subject].map((type) => (
                  <Check key={type} label={<code>{type}</code>} checked={value.includes(type)} onChange={(on) => toggle([type], on)} />
                ))}
              </div>
            </details>
          ))}
        </div>
      )}
    </fieldset>
  );
}
