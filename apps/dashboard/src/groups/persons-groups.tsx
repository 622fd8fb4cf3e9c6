import { useState } from 'preact/hooks';
import { common } from '../design/common-words.js';
import { Dialog } from '../design/dialog.js';
import { Check } from '../design/field.js';
import { mayChange } from '../session/rights.js';
import type { Groups, Member } from './use-groups.js';
import { words as said } from './words.js';

interface PersonsGroupsProps {
  readonly id: string;
  readonly all: Groups;
  readonly onAssign: (member: Member, groupIds: readonly string[]) => void;
  readonly onClose: () => void;
}

/** All groups with a tick at those that somebody works for: by keyboard and by tap what a drag does with a mouse. */
export function PersonsGroups({ id, all, onAssign, onClose }: PersonsGroupsProps) {
  const words = said();
  const member = all.people.find((one) => one.id === id);
  const [ids, setIds] = useState<readonly string[]>(member?.groupIds ?? []);
  if (!member) return null;
  const save = (): void => {
    onClose();
    onAssign(member, ids);
  };
  return (
    <Dialog title={words.groupsOf(member.name)} wide onClose={onClose} onSubmit={save}>
      <div class="group-ticks" role="group" aria-label={words.groupsOf(member.name)}>
        {all.groups.map((group) => (
          <Check
            key={group.id}
            label={<span dir="auto">{group.name}</span>}
            checked={ids.includes(group.id)}
            disabled={!mayChange()}
            onChange={(into) => setIds(into ? [...ids, group.id] : ids.filter((one) => one !== group.id))}
          />
        ))}
      </div>
      {ids.length === 0 && <p class="note warning">{words.noneMeans}</p>}
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {mayChange() ? common().cancel : common().close}
        </button>
        {mayChange() && <button class="button primary">{common().save}</button>}
      </div>
    </Dialog>
  );
}
