import type { GroupView, TenantStatus } from '#contract';
import { Field } from '../design/field.js';
import { Icon } from '../design/icons.js';
import { words as said } from './words.js';

/** Who is supposed to have been in which groups, by id of the person. */
export type SupposedGroups = ReadonlyMap<string, readonly string[]>;

interface PeopleProps {
  readonly agents: TenantStatus['agents'];
  readonly groups: readonly GroupView[];
  readonly supposed: SupposedGroups;
  readonly onChange: (supposed: SupposedGroups) => void;
}

/** People one after the other, each with the groups to tick. Whoever is not named was where they were. */
export function SupposedPeople({ agents, groups, supposed, onChange }: PeopleProps) {
  const words = said();
  const left = agents.filter(({ id }) => !supposed.has(id));
  const put = (id: string, groupIds: readonly string[] | null): void => {
    const next = new Map(supposed);
    if (groupIds === null) next.delete(id);
    else next.set(id, groupIds);
    onChange(next);
  };
  return (
    <div class="supposed-people">
      {supposed.size === 0 && <p class="quiet">{words.nobodyPicked}</p>}
      <ul class="rows">
        {agents
          .filter(({ id }) => supposed.has(id))
          .map(({ id, name }) => {
            const own = supposed.get(id) ?? [];
            return (
              <li key={id} class="supposed-person">
                <fieldset>
                  <legend dir="auto">
                    <span class="unseen">{words.groupsOf(name)}</span>
                    <span aria-hidden="true">{name}</span>
                  </legend>
                  {groups.map((group) => (
                    <label key={group.id} class="supposed-group" dir="auto">
                      <input
                        type="checkbox"
                        checked={own.includes(group.id)}
                        onChange={(event) => put(id, event.currentTarget.checked ? [...own, group.id] : own.filter((one) => one !== group.id))}
                      />
                      {group.name}
                    </label>
                  ))}
                  {own.length === 0 && <span class="small quiet">{words.noGroup}</span>}
                </fieldset>
                <button type="button" class="button plain only-icon" aria-label={words.forget(name)} title={words.forget(name)} onClick={() => put(id, null)}>
                  <Icon name="cross" />
                </button>
              </li>
            );
          })}
      </ul>
      {left.length > 0 && (
        <Field label={words.pick}>
          {(tied) => (
            <select
              {...tied}
              value=""
              onInput={(event) => {
                const picked = agents.find(({ id }) => id === event.currentTarget.value);
                if (picked) put(picked.id, picked.groupIds);
                event.currentTarget.value = '';
              }}
            >
              <option value="" />
              {left.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </div>
  );
}
