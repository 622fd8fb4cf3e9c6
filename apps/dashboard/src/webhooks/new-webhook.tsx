import { useState } from 'preact/hooks';
import type { AddedWebhook } from '#contract';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { Secret } from './secret.js';
import { TypesField } from './types-field.js';
import { words as said } from './words.js';

/** Asks for the address, then shows the secret this once. `onClose`: the id of the new one, null: none was made. */
export function NewWebhook({ onClose }: { readonly onClose: (id: string | null) => void }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [eventTypes, setEventTypes] = useState<readonly string[]>(['*']);
  const [added, setAdded] = useState<AddedWebhook | null>(null);
  if (added !== null) return <Secret secret={added.secret} onClose={() => onClose(added.id)} />;
  return (
    <FormDialog
      title={words.addTitle}
      saving={saving}
      action={words.create}
      onCancel={() => onClose(null)}
      onSubmit={() => void saving.run(() => adminChange<AddedWebhook>('POST', '/webhooks', { name, url, eventTypes })).then(setAdded)}
    >
      <TextField label={words.name} hint={words.nameHint} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
      <TextField
        label={words.url}
        hint={words.urlHint}
        type="url"
        value={url}
        onInput={setUrl}
        maxLength={2000}
        fault={saving.faultAt('/url') && words.urlFault}
      />
      <TypesField value={eventTypes} onChange={setEventTypes} fault={saving.faultAt('/eventTypes') && words.typesFault} />
    </FormDialog>
  );
}
