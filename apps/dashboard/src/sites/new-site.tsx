import { useState } from 'preact/hooks';
import type { SiteView } from '#contract';
import { TextField } from '../design/field.js';
import { FormDialog } from '../design/form.js';
import { toast } from '../design/toasts.js';
import { ZoneInput } from '../design/zone-input.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { originsOf } from './origins.js';
import { words as said } from './words.js';

interface NewSiteProps {
  /** In the order in which they were added. */
  readonly sites: readonly SiteView[];
  readonly onClose: () => void;
  readonly onAdded: (site: SiteView) => void;
}

/** Asks for what a site needs; its snippet comes next. The zone is that of the newest site, of the first one that of this browser. */
export function NewSite({ sites, onClose, onAdded }: NewSiteProps) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState('');
  const [origins, setOrigins] = useState('');
  const [timeZone, setTimeZone] = useState(() => sites.at(-1)?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const add = async (): Promise<void> => {
    const site = await saving.run(() => adminChange<SiteView>('POST', '/sites', { name, origins: originsOf(origins), timeZone }));
    if (site === null) return;
    toast(words.added(site.name));
    onAdded(site);
  };
  return (
    <FormDialog title={words.addTitle} saving={saving} action={words.create} onCancel={onClose} onSubmit={() => void add()}>
      <TextField label={words.name} hint={words.nameHint} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
      <TextField
        label={words.origins}
        hint={words.originsHint}
        lines={3}
        value={origins}
        onInput={setOrigins}
        fault={saving.faultAt('/origins') && words.originFault}
        placeholder="https://www.example.com"
      />
      <ZoneInput value={timeZone} fault={saving.faultAt('/timeZone')} onInput={setTimeZone} />
    </FormDialog>
  );
}
