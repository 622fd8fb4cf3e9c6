import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { common } from './common-words.js';

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with it, or null: from `saving.faultAt('/name')`, in the words of the screen. */
  readonly fault?: string | null;
  readonly optional?: boolean;
}

/** What ties a control to its words: pass it on to the control. */
interface Tied {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': 'true' | undefined;
}

/** Label, hint and fault round any control: `<Field label=…>{(tied) => <input {...tied} />}</Field>`. */
export function Field({ label, hint, fault = null, optional, children }: FieldProps & { readonly children: (tied: Tied) => ComponentChildren }) {
  const id = useId();
  const described = [fault === null ? '' : `${id}-fault`, hint === undefined ? '' : `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="quiet"> ({common().optional})</span>}
      </label>
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': fault === null ? undefined : 'true' })}
      {fault !== null && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p class="small quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'email' | 'url' | 'password' | 'number' | 'date' | 'time' | 'datetime-local';
  readonly autocomplete?: string;
  readonly maxLength?: number;
  readonly placeholder?: string;
  /** More than one line. */
  readonly lines?: number;
  readonly autofocus?: boolean;
}

export function TextField({ value, onInput, type = 'text', lines, autocomplete = 'off', autofocus, maxLength, placeholder, ...field }: TextFieldProps) {
  const input = (event: { currentTarget: { value: string } }): void => onInput(event.currentTarget.value);
  // the typings know a field as one kind for ever
  const kind = { type, autocomplete } as { type: 'text'; autocomplete: 'off' };
  const common = { value, onInput: input, maxLength, placeholder, autofocus, dir: 'auto' as const };
  return (
    <Field {...field}>
      {(tied) =>
        lines === undefined ? <input {...tied} {...common} {...kind} /> : <textarea {...tied} {...common} rows={lines} />
      }
    </Field>
  );
}

interface SelectFieldProps<T extends string> extends FieldProps {
  readonly value: T;
  readonly onInput: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly label: string }[];
}

export function SelectField<T extends string>({ value, onInput, options, ...field }: SelectFieldProps<T>) {
  return (
    <Field {...field}>
      {(tied) => (
        <select {...tied} value={value} onInput={(event) => onInput(event.currentTarget.value as T)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** A box to tick, with the whole line to click on. */
export function Check({ label, checked, onChange, hint, disabled }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input type="checkbox" id={id} checked={checked} disabled={disabled} aria-describedby={hint === undefined ? undefined : `${id}-hint`} onChange={(event) => onChange(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="small quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
