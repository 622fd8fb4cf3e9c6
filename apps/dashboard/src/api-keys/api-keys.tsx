import { useState } from 'preact/hooks';
import type { ApiKeyView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Icon } from '../design/icons.js';
import { Empty, Page, ShownRows } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { RowMenu } from '../design/row-menu.js';
import { toast } from '../design/toasts.js';
import { adminChange, adminList } from '../session/admin.js';
import { isOwner, mayChange } from '../session/rights.js';
import { usePolled } from '../session/use-polled.js';
import { NewKey } from './new-key.js';
import { RenameKey } from './rename-key.js';
import { words as said } from './words.js';
import './api-keys.css';

type Open = { readonly kind: 'new' } | { readonly kind: 'rename'; readonly key: ApiKeyView } | null;

/** How the tenant's own programs speak to the API. */
export function ApiKeys() {
  const words = said();
  const keys = usePolled(() => adminList<ApiKeyView>('/api-keys', 'apiKeys'), 15_000);
  const [open, setOpen] = useState<Open>(null);
  const add = (
    <button type="button" class="button primary" onClick={() => setOpen({ kind: 'new' })}>
      {words.add}
    </button>
  );
  const close = (): void => {
    setOpen(null);
    void keys.again();
  };
  const revoke = async (key: ApiKeyView): Promise<void> => {
    if (!(await confirmed({ title: words.revokeTitle(key.name), text: words.revokeText, action: words.revoke, danger: true }))) return;
    const answer = await adminChange('DELETE', `/api-keys/${key.id}`);
    toast(answer.kind === 'ok' ? words.revoked : refusalText(answer));
    await keys.again();
  };
  return (
    <Page title={words.title} intro={mayChange() && !isOwner() ? `${words.intro} ${words.ownersOnly}` : words.intro} actions={isOwner() ? add : undefined}>
      <ShownRows
        of={keys}
        empty={<Empty title={words.empty} hint={words.emptyHint} />}
        row={(key) => <KeyRow key={key.id} of={key} onRename={() => setOpen({ kind: 'rename', key })} onRevoke={() => void revoke(key)} />}
      />
      {open?.kind === 'new' && <NewKey onClose={close} />}
      {open?.kind === 'rename' && <RenameKey of={open.key} onClose={close} />}
    </Page>
  );
}

function KeyRow({ of, onRename, onRevoke }: { readonly of: ApiKeyView; readonly onRename: () => void; readonly onRevoke: () => void }) {
  const words = said();
  const { name, role, createdAt, lastUsedOn } = of;
  return (
    <li class="api-key">
      <Icon name="key" />
      <div>
        <p>
          <b dir="auto">{name}</b>
          <span class="tag neutral">{words.roleNames[role]}</span>
        </p>
        <p class="small quiet">
          {words.created(Date.parse(createdAt))}, {lastUsedOn === null ? words.neverUsed : words.used(lastUsedOn)}
        </p>
      </div>
      {isOwner() && (
        <RowMenu
          of={name}
          entries={[
            { label: words.rename, act: onRename },
            { label: words.revoke, act: onRevoke, danger: true },
          ]}
        />
      )}
    </li>
  );
}
