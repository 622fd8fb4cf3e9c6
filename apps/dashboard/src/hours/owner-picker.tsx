import { Field } from '../design/field.js';
import type { Owner } from './judge.js';
import type { Places } from './use-hours.js';
import { hoursWords } from './words.js';

interface PickerProps {
  readonly places: Places;
  readonly owner: Owner;
  readonly onChange: (owner: Owner) => void;
}

/** Whose hours: a site's, or a group's. Each says whether it has its own. */
export function OwnerPicker({ places: { sites, groups, hours }, owner, onChange }: PickerProps) {
  const words = hoursWords();
  const pick = (value: string): void => {
    const [kind, ...id] = value.split(' ');
    onChange({ kind: kind === 'group' ? 'group' : 'site', id: id.join(' ') });
  };
  const own = (id: string, without: string): string => (hours.get(id) ? words.ownHours : without);
  return (
    <div class="owner-picker">
      <Field label={words.whose}>
        {(tied) => (
          <select {...tied} value={`${owner.kind} ${owner.id}`} onInput={(event) => pick(event.currentTarget.value)}>
            <optgroup label={words.sites}>
              {sites.map(({ id, name }) => (
                <option key={id} value={`site ${id}`}>
                  {name} ({own(id, words.aroundTheClock)})
                </option>
              ))}
            </optgroup>
            {groups.length > 0 && (
              <optgroup label={words.groups}>
                {groups.map(({ id, name }) => (
                  <option key={id} value={`group ${id}`}>
                    {name} ({own(id, words.asSite)})
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        )}
      </Field>
    </div>
  );
}
