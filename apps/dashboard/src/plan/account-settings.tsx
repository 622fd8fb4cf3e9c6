import { useState } from 'preact/hooks';
import type { ChangeTenantBody, TenantView } from '#contract';
import { TextField } from '../design/field.js';
import { Form } from '../design/form.js';
import { Card } from '../design/page.js';
import { toast } from '../design/toasts.js';
import { adminChange } from '../session/admin.js';
import { useSaving } from '../session/use-saving.js';
import { words as said } from './words.js';

type Setting = 'leaseSeconds' | 'mobileHours' | 'conversationHoldMinutes' | 'messageRetentionDays';
const SETTINGS: readonly { readonly name: Setting; readonly words: 'lease' | 'mobile' | 'hold' | 'retention' }[] = [
  { name: 'leaseSeconds', words: 'lease' },
  { name: 'mobileHours', words: 'mobile' },
  { name: 'conversationHoldMinutes', words: 'hold' },
  { name: 'messageRetentionDays', words: 'retention' },
];

/** Name and numbers of the account. Only what was changed is sent: a lease from the platform's settings may lie outside what one may choose. */
export function AccountSettings({ tenant, onChanged }: { readonly tenant: TenantView; readonly onChanged: () => Promise<void> }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(tenant.name);
  const [typed, setTyped] = useState<Readonly<Record<Setting, string>>>(() => ({
    leaseSeconds: String(tenant.leaseSeconds),
    mobileHours: String(tenant.mobileHours),
    conversationHoldMinutes: String(tenant.conversationHoldMinutes),
    messageRetentionDays: String(tenant.messageRetentionDays),
  }));
  const save = async (): Promise<void> => {
    const changed = SETTINGS.filter((setting) => typed[setting.name] !== String(tenant[setting.name]));
    const numbers: ChangeTenantBody = Object.fromEntries(changed.map((setting) => [setting.name, numberOf(typed[setting.name])] as const));
    const body: ChangeTenantBody = { ...(name === tenant.name ? {} : { name }), ...numbers };
    if ((await saving.run(() => adminChange<TenantView>('PATCH', '', body))) === null) return;
    toast(words.saved);
    await onChanged();
  };
  const fault = (of: (typeof SETTINGS)[number]['words']): string => words[`${of}Fault`];
  return (
    <Card title={words.settings}>
      <Form saving={saving} onSubmit={() => void save()}>
        <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
        {SETTINGS.map((setting) => (
          <TextField
            key={setting.name}
            type="number"
            label={words[setting.words]}
            hint={words[`${setting.words}Hint`]}
            value={typed[setting.name]}
            onInput={(value) => setTyped({ ...typed, [setting.name]: value })}
            fault={saving.faultAt(`/${setting.name}`) && fault(setting.words)}
          />
        ))}
      </Form>
    </Card>
  );
}

/** Nothing typed is no number: refused by the service at its place. */
function numberOf(typed: string): number {
  return typed.trim() === '' || !Number.isFinite(Number(typed)) ? -1 : Number(typed);
}
