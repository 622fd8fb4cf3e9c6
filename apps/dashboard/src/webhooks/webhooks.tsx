import { useState } from 'preact/hooks';
import type { WebhookView } from '#contract';
import { Icon } from '../design/icons.js';
import { Empty, Page, ShownRows } from '../design/page.js';
import { currentPlace, goTo, linkTo } from '../router.js';
import { adminList } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { usePolled } from '../session/use-polled.js';
import { NewWebhook } from './new-webhook.js';
import { Parked } from './parked.js';
import { stateOf, WebhookPage } from './webhook-page.js';
import { words as said } from './words.js';
import './webhooks.css';

/** `#/webhooks` is the list, `#/webhooks/<id>` one of them with its deliveries. */
export function Webhooks() {
  const [, id = ''] = currentPlace();
  return id === '' ? <WebhookList /> : <WebhookPage key={id} id={id} />;
}

function WebhookList() {
  const words = said();
  const hooks = usePolled(() => adminList<WebhookView>('/webhooks', 'webhooks'), 15_000);
  const [adding, setAdding] = useState(false);
  const add = (
    <button type="button" class="button primary" onClick={() => setAdding(true)}>
      <Icon name="plus" />
      {words.add}
    </button>
  );
  return (
    <Page title={words.title} intro={words.intro} actions={add}>
      <ShownRows
        of={hooks}
        empty={
          <Empty title={words.empty} hint={words.emptyHint}>
            {mayChange() && add}
          </Empty>
        }
        row={(hook) => (
          <li key={hook.id} class="webhook-row">
            <Icon name="plug" />
            <div>
              <a href={linkTo('webhooks', hook.id)} dir="auto">
                <b>{hook.name}</b>
              </a>
              <p class="small quiet">
                {hook.url} · {words.count(hook.eventTypes)}
              </p>
            </div>
            <StateTag of={hook} />
          </li>
        )}
      />
      <Parked />
      {adding && (
        <NewWebhook
          onClose={(id) => {
            setAdding(false);
            void hooks.again();
            if (id !== null) goTo('webhooks', id);
          }}
        />
      )}
    </Page>
  );
}

function StateTag({ of }: { readonly of: WebhookView }) {
  const state = stateOf(of);
  return <span class={`tag ${state === 'on' ? 'good' : state === 'failing' ? 'warning' : 'neutral'}`}>{said().states[state]}</span>;
}
