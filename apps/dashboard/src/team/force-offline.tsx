import { useState } from 'preact/hooks';
import type { AgentState, AgentView } from '#contract';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { words as said } from './words.js';

/** Case 19: somebody is stuck online. The reason stands in the history, the devices are told. */
export function ForceOffline({ of, onClose }: { readonly of: AgentView; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [reason, setReason] = useState('');
  const force = async (): Promise<void> => {
    const done = await saving.run(() => adminChange<AgentState>('PUT', `/agents/${of.id}/status`, { status: 'offline', reason }));
    if (done === null) return;
    toast(words.forced(of.name));
    onClose();
  };
  return (
    <FormDialog title={words.forceTitle(of.name)} saving={saving} action={words.forceSubmit} onCancel={onClose} onSubmit={() => void force()}>
      <p>{words.forceText}</p>
      <TextField
        {...{ label: words.reason, hint: words.reasonHint, value: reason, onInput: setReason, maxLength: 500, lines: 2 }}
        fault={saving.faultAt('/reason') && words.reasonFault}
      />
    </FormDialog>
  );
}
