import { useState } from 'preact/hooks';
import type { SiteView } from '#contract';
import { TextField } from '../design/field.js';
import { Form } from '../design/form.js';
import { Card } from '../design/page.js';
import { toast } from '../design/toasts.js';
import { ZoneInput } from '../design/zone-input.js';
import { adminChange } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { useSaving } from '../session/use-saving.js';
import { originsOf } from './origins.js';
import { words as said } from './words.js';

/** Name, origins, zone. */
export function SiteSettings({ site, onChanged }: { readonly site: SiteView; readonly onChanged: () => Promise<void> }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(site.name);
  const [origins, setOrigins] = useState(site.origins.join('\n'));
  const [timeZone, setTimeZone] = useState(site.timeZone);
  if (!mayChange()) return <ReadOnly site={site} />;
  const save = async (): Promise<void> => {
    const body = { name, origins: originsOf(origins), timeZone };
    const saved = await saving.run(() => adminChange<SiteView>('PATCH', `/sites/${encodeURIComponent(site.id)}`, body));
    if (saved === null) return;
    setOrigins(saved.origins.join('\n'));
    toast(words.saved);
    await onChanged();
  };
  return (
    <Card title={words.settings}>
      <Form saving={saving} onSubmit={() => void save()}>
        <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
        <TextField
          label={words.origins}
          hint={words.originsHint}
          lines={4}
          value={origins}
          onInput={setOrigins}
          fault={saving.faultAt('/origins') && words.originFault}
        />
        <ZoneInput value={timeZone} fault={saving.faultAt('/timeZone')} onInput={setTimeZone} />
      </Form>
    </Card>
  );
}

function ReadOnly({ site: { origins, timeZone } }: { readonly site: SiteView }) {
  const words = said();
  return (
    <Card title={words.settings}>
      <dl class="facts">
        <dt>{words.origins}</dt>
        <dd>{origins.length === 0 ? words.noOrigins : origins.join(', ')}</dd>
        <dt>{words.zone}</dt>
        <dd>{timeZone}</dd>
      </dl>
    </Card>
  );
}
