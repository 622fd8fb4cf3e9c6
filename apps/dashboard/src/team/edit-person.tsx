import { useState } from 'preact/hooks';
import type { AgentView } from '#contract';
import { SelectField, TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { common } from '../design/common-words.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { rolesToGive } from './roles-to-give.js';
import { words as said } from './words.js';

interface EditPersonProps {
  readonly of: AgentView;
  /** Nobody changes the role of those above. */
  readonly mayGiveRole: boolean;
  readonly onClose: () => void;
}

export function EditPerson({ of, mayGiveRole, onClose }: EditPersonProps) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(of.name);
  const [role, setRole] = useState(of.role);
  const [statusOnLogin, setStatusOnLogin] = useState(of.statusOnLogin);
  const save = async (): Promise<void> => {
    const body = {
      ...(name === of.name ? {} : { name }),
      ...(role === of.role ? {} : { role }),
      ...(statusOnLogin === of.statusOnLogin ? {} : { statusOnLogin }),
    };
    if ((await saving.run(() => adminChange<AgentView>('PATCH', `/agents/${of.id}`, body))) === null) return;
    toast(common().saved);
    onClose();
  };
  const onSignIn = (['last', 'online', 'offline'] as const).map((value) => ({ value, label: words.onSignInIs[value] }));
  return (
    <FormDialog title={words.editTitle} saving={saving} onCancel={onClose} onSubmit={() => void save()}>
      <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.faults.name} />
      {mayGiveRole && (
        <SelectField
          {...{ label: words.role, hint: words.roleHints[role], value: role, onInput: setRole }}
          options={rolesToGive().map((value) => ({ value, label: words.roles[value] }))}
        />
      )}
      <SelectField label={words.onSignIn} value={statusOnLogin} onInput={setStatusOnLogin} options={onSignIn} />
    </FormDialog>
  );
}
