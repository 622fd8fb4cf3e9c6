import { useState } from 'preact/hooks';
import type { AgentView, GroupView } from '#contract';
import { Check, SelectField, TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { goTo } from '../router.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { rolesToGive } from './roles-to-give.js';
import { words as said } from './words.js';

type Role = AgentView['role'];

/** Adds somebody to the team. `groups`: the ones there are. */
export function NewAgent({ groups, onClose }: { readonly groups: readonly GroupView[]; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const [groupIds, setGroupIds] = useState<readonly string[]>([]);
  const fault = (field: keyof typeof words.faults): string | null => saving.faultAt(`/${field}`) && words.faults[field];
  const save = async (): Promise<void> => {
    const body = { name, email, role, groupIds, ...(password === '' ? {} : { password }) };
    const added = await saving.run(() => adminChange<AgentView>('POST', '/agents', body));
    if (added === null) return;
    onClose();
    goTo('team', added.id);
  };
  return (
    <FormDialog title={words.addTitle} saving={saving} action={words.addSubmit} onCancel={onClose} onSubmit={() => void save()}>
      <div class="side-by-side">
        <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={fault('name')} />
        <TextField label={words.email} type="email" value={email} onInput={setEmail} maxLength={254} fault={emailFault(saving.failure) ?? fault('email')} />
      </div>
      <TextField
        {...{ label: words.password, hint: words.passwordHint, type: 'password', autocomplete: 'new-password', optional: true }}
        {...{ value: password, onInput: setPassword, maxLength: 200, fault: fault('password') }}
      />
      <SelectField
        {...{ label: words.role, hint: words.roleHints[role], value: role, onInput: setRole }}
        options={rolesToGive().map((value) => ({ value, label: words.roles[value] }))}
      />
      {groups.length > 0 && (
        <fieldset>
          <legend>{words.groups}</legend>
          <div class="group-checks">
            {groups.map(({ id, name: label }) => (
              <Check
                key={id}
                label={label}
                checked={groupIds.includes(id)}
                onChange={(checked) => setGroupIds(checked ? [...groupIds, id] : groupIds.filter((one) => one !== id))}
              />
            ))}
          </div>
          {groupIds.length === 0 && <p class="note warning small">{words.noGroupMeans}</p>}
        </fieldset>
      )}
    </FormDialog>
  );

  function emailFault(failure: typeof saving.failure): string | null {
    return failure?.kind === 'refused' && failure.refusal.code === 'already-exists' ? words.emailTaken : null;
  }
}
