import { useState } from 'preact/hooks';
import type { RotatedWebhookSecret, WebhookView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { SelectField, TextField } from '../design/field.js';
import { Form, FormDialog } from '../design/form.js';
import { Card, Empty, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { goTo, linkTo } from '../router.js';
import { adminChange, adminRead } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { here } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { useSaving } from '../session/use-saving.js';
import { Deliveries } from './deliveries.js';
import { Secret } from './secret.js';
import { TypesField } from './types-field.js';
import { words as said } from './words.js';

export function stateOf({ enabled, failingSince }: WebhookView): 'on' | 'failing' | 'off' {
  if (!enabled) return 'off';
  return failingSince === null ? 'on' : 'failing';
}

/** One webhook: whether it works, its deliveries, its secret and settings. */
export function WebhookPage({ id }: { readonly id: string }) {
  const words = said();
  const path = `/webhooks/${encodeURIComponent(id)}`;
  const hook = usePolled(() => adminRead<WebhookView>(path), 5_000, id);
  const [rotating, setRotating] = useState(false);
  const back = { href: linkTo('webhooks'), title: words.title };
  const change = async (method: 'PATCH' | 'DELETE', body: object | undefined, done: string): Promise<void> => {
    const answer = await adminChange(method, path, body);
    toast(answer.kind === 'ok' ? done : refusalText(answer));
    if (answer.kind === 'ok' && method === 'DELETE') goTo('webhooks');
    else await hook.again();
  };
  const remove = async ({ name }: WebhookView): Promise<void> => {
    if (await confirmed({ title: words.removeTitle(name), text: words.removeText, action: words.remove, danger: true })) {
      await change('DELETE', undefined, words.removed(name));
    }
  };
  const toggle = async ({ name, enabled }: WebhookView): Promise<void> => {
    if (enabled && !(await confirmed({ title: words.disableTitle(name), text: words.disableText, action: words.disable }))) return;
    await change('PATCH', { enabled: !enabled }, enabled ? words.disabled : words.enabled);
  };
  if (hook.refusal?.status === 404) {
    return (
      <Page title={words.title} back={back}>
        <div class="card">
          <Empty title={words.gone} />
        </div>
      </Page>
    );
  }
  const value = hook.value;
  const actions = value && (
    <>
      <button type="button" class="button" onClick={() => void toggle(value)}>
        {value.enabled ? words.disable : words.enable}
      </button>
      <button type="button" class="button" onClick={() => setRotating(true)}>
        {words.rotate}
      </button>
    </>
  );
  return (
    <Page title={value?.name ?? words.title} back={back} actions={actions ?? undefined}>
      <Shown of={hook} rows={5}>
        {(shown) => (
          <>
            {shown.disabledBecause !== null && <p class="note warning">{words.because[shown.disabledBecause]}</p>}
            {shown.enabled && shown.failingSince !== null && <p class="note warning">{words.failingSince(here(shown.failingSince))}</p>}
            {shown.previousSecretUntil !== null && <p class="note">{words.oldUntil(here(shown.previousSecretUntil))}</p>}
            <Deliveries path={path} enabled={shown.enabled} />
            {mayChange() && <Settings path={path} hook={shown} onChanged={hook.again} />}
            {mayChange() && (
              <p>
                <button type="button" class="button low quiet-danger" onClick={() => void remove(shown)}>
                  {words.remove}
                </button>
              </p>
            )}
          </>
        )}
      </Shown>
      {rotating && (
        <Rotate
          path={path}
          onClose={() => {
            setRotating(false);
            void hook.again();
          }}
        />
      )}
    </Page>
  );
}

type Overlap = 'now' | 'day' | 'week';
const SECONDS: Readonly<Record<Overlap, number>> = { now: 0, day: 86_400, week: 604_800 };

function Rotate({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const words = said();
  const saving = useSaving();
  const [overlap, setOverlap] = useState<Overlap>('day');
  const [made, setMade] = useState<RotatedWebhookSecret | null>(null);
  if (made !== null) return <Secret secret={made.secret} onClose={onClose} />;
  const rotate = async (): Promise<void> => {
    setMade(await saving.run(() => adminChange<RotatedWebhookSecret>('POST', `${path}/secret`, { overlapSeconds: SECONDS[overlap] })));
  };
  return (
    <FormDialog title={words.rotateTitle} saving={saving} action={words.rotate} onCancel={onClose} onSubmit={() => void rotate()}>
      <SelectField
        label={words.overlap}
        value={overlap}
        options={(['now', 'day', 'week'] as const).map((value) => ({ value, label: words.overlaps[value] }))}
        onInput={setOverlap}
      />
    </FormDialog>
  );
}

function Settings({ path, hook, onChanged }: { readonly path: string; readonly hook: WebhookView; readonly onChanged: () => Promise<void> }) {
  const words = said();
  const saving = useSaving();
  const [name, setName] = useState(hook.name);
  const [url, setUrl] = useState(hook.url);
  const [eventTypes, setEventTypes] = useState<readonly string[]>(hook.eventTypes);
  const save = async (): Promise<void> => {
    if ((await saving.run(() => adminChange<WebhookView>('PATCH', path, { name, url, eventTypes }))) === null) return;
    toast(words.saved);
    await onChanged();
  };
  return (
    <Card title={words.settings}>
      <Form saving={saving} onSubmit={() => void save()}>
        <TextField label={words.name} value={name} onInput={setName} maxLength={200} fault={saving.faultAt('/name') && words.nameFault} />
        <TextField label={words.url} type="url" value={url} onInput={setUrl} maxLength={2000} fault={saving.faultAt('/url') && words.urlFault} />
        <TypesField value={eventTypes} onChange={setEventTypes} fault={saving.faultAt('/eventTypes') && words.typesFault} />
      </Form>
    </Card>
  );
}
