import { useState } from 'preact/hooks';
import type { AgentView } from '#contract';
import { Check } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { matches, Search } from '../design/search.js';
import { toast } from '../design/toasts.js';
import { listed } from '../i18n/index.js';
import { adminChange } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { useSaving } from '../session/use-saving.js';
import type { Group, Groups, Member } from './use-groups.js';
import { words as said } from './words.js';

/** Several people into one group, beside the groups they are in already. */
export function AddPeople({ to, all, onClose }: { readonly to: Group; readonly all: Groups; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [searched, setSearched] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const others = all.people.filter(({ groupIds }) => !groupIds.includes(to.id));
  const nameOf = new Map(all.groups.map(({ id, name }) => [id, name]));
  const tick = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const save = async (): Promise<void> => {
    const added = others.filter(({ id }) => chosen.has(id));
    if (added.length > 0 && (await saving.run(() => addAll(added, to.id))) === null) return;
    if (added.length > 0) toast(words.added(listed(added.slice(0, 5).map(({ name }) => name)), to.name));
    onClose();
  };
  return (
    <FormDialog title={words.addTitle(to.name)} saving={saving} action={words.addSubmit(chosen.size)} onCancel={onClose} onSubmit={() => void save()}>
      <Search label={words.searchPeople} value={searched} onInput={setSearched} />
      <div class="people-ticks" role="group" aria-label={words.addTitle(to.name)}>
        {others
          .filter(({ name }) => matches(searched, name))
          .map(({ id, name, groupIds }) => (
            <Check
              key={id}
              label={
                <>
                  <span dir="auto">{name}</span>{' '}
                  <span class="small quiet">{groupIds.length === 0 ? words.none : listed(groupIds.flatMap((one) => nameOf.get(one) ?? []))}</span>
                </>
              }
              checked={chosen.has(id)}
              onChange={(on) => tick(id, on)}
            />
          ))}
        {others.length === 0 && <p class="quiet">{words.everybodyIs}</p>}
      </div>
    </FormDialog>
  );
}

/** One after the other; stops at the first that is refused. */
async function addAll(members: readonly Member[], groupId: string): Promise<Loaded<object>> {
  let last: Loaded<object> = { kind: 'ok', body: {}, etag: null };
  for (const { id, groupIds } of members) {
    last = await adminChange<AgentView>('PUT', `/agents/${id}/groups`, { groupIds: [...groupIds, groupId] });
    if (last.kind !== 'ok') return last;
  }
  return last;
}
