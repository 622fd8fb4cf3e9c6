import { useState } from 'preact/hooks';
import type { ApiKeyView } from '#contract';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { words as said } from './words.js';

export function RenameKey({ of, onClose }: { readonly of: ApiKeyView; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(of.name);
  const save = async (): Promise<void> => {
    if (await saving.run(() => adminChange('PATCH', `/api-keys/${of.id}`, { name }))) onClose();
  };
  return (
    <FormDialog title={words.renameTitle} saving={saving} onCancel={onClose} onSubmit={() => void save()}>
      <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
    </FormDialog>
  );
}
