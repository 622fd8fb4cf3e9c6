import { useState } from 'preact/hooks';
import type { ApiKeyView, IssuedApiKey } from '#contract';
import { Copyable } from '../design/copy.js';
import { Dialog } from '../design/dialog.js';
import { SelectField, TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { words as said } from './words.js';

type Role = ApiKeyView['role'];
/** A key of an agent's role could do nothing here. */
const ROLES: readonly Role[] = ['auditor', 'manager', 'owner'];

/** Asks what the key is for, then shows its secret this once. */
export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('auditor');
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  if (issued !== null) return <Secret of={issued} onClose={onClose} />;
  return (
    <FormDialog
      title={words.addTitle}
      saving={saving}
      action={words.create}
      onCancel={onClose}
      onSubmit={() => void saving.run(() => adminChange<IssuedApiKey>('POST', '/api-keys', { name, role })).then(setIssued)}
    >
      <TextField label={words.name} hint={words.nameHint} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
      <SelectField label={words.role} value={role} onInput={setRole} options={ROLES.map((value) => ({ value, label: words.roles[value] }))} />
    </FormDialog>
  );
}

function Secret({ of, onClose }: { readonly of: IssuedApiKey; readonly onClose: () => void }) {
  const words = said();
  return (
    <Dialog title={words.secretTitle} wide onClose={onClose} onSubmit={onClose}>
      <p class="note warning">{of.key === undefined ? words.secretLost : words.secretOnce}</p>
      {of.key !== undefined && <Copyable label={words.secretLabel} text={of.key} />}
      <div class="actions">
        <button class="button primary">{words.done}</button>
      </div>
    </Dialog>
  );
}
