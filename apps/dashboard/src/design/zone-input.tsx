import { useId } from 'preact/hooks';
import { inBoth } from '../i18n/in-both.js';
import { tag } from '../i18n/locale.js';
import { now } from '../session/server-time.js';
import { Field } from './field.js';

const words = inBoth(
  {
    label: 'Time zone',
    there: (time: string) => `It is ${time} there now.`,
    unknown: 'This is no time zone of the IANA database. Choose one from the list, such as Europe/Berlin.',
    take: (zone: string) => `Take ${zone}`,
  },
  {
    label: 'Zeitzone',
    there: (time) => `Dort ist es jetzt ${time} Uhr.`,
    unknown: 'Das ist keine Zeitzone der IANA-Datenbank. Wählen Sie eine aus der Liste, etwa Europe/Berlin.',
    take: (zone) => `${zone} nehmen`,
  },
);

interface ZoneInputProps {
  readonly value: string;
  /** What the service says is wrong with it, word for word: it names the zone that may be meant. */
  readonly fault: string | null;
  readonly onInput: (zone: string) => void;
}

/** A time zone by its exact IANA name. What the service thinks was meant is one click away. */
export function ZoneInput({ value, fault, onInput }: ZoneInputProps) {
  const id = useId();
  const meant = fault === null ? null : (/; (\S+) may be meant/.exec(fault)?.[1] ?? null);
  const clock = clockAt(value);
  return (
    <div class="zone-input">
      <Field label={words().label} fault={fault === null ? null : words().unknown} hint={clock === null ? undefined : words().there(clock)}>
        {(tied) => (
          <input {...tied} list={`${id}-zones`} value={value} autocomplete="off" spellcheck={false} maxLength={100} onInput={(event) => onInput(event.currentTarget.value)} />
        )}
      </Field>
      {meant !== null && (
        <button type="button" class="button low" onClick={() => onInput(meant)}>
          {words().take(meant)}
        </button>
      )}
      <datalist id={`${id}-zones`}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </div>
  );
}

/** The wall clock of a zone now; null where the browser knows no such zone. */
export function clockAt(timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat(tag(), { timeStyle: 'short', timeZone }).format(now.value);
  } catch {
    return null;
  }
}
