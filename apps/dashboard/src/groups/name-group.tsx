import { useState } from 'preact/hooks';
import type { GroupView } from '#contract';
import { common } from '../design/common-words.js';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { words as said } from './words.js';

/** A new group (null), or another name for one. */
export function NameGroup({ group, onClose }: { readonly group: GroupView | null; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(group?.name ?? '');
  const save = async (): Promise<void> => {
    const change = () => (group === null ? adminChange<GroupView>('POST', '/groups', { name }) : adminChange<GroupView>('PATCH', `/groups/${group.id}`, { name }));
    if ((await saving.run(change)) === null) return;
    toast(common().saved);
    onClose();
  };
  return (
    <FormDialog title={group === null ? words.newTitle : words.renameTitle} saving={saving} onCancel={onClose} onSubmit={() => void save()}>
      <TextField label={words.name} hint={words.nameHint} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
    </FormDialog>
  );
}
