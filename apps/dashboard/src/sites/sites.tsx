import { useState } from 'preact/hooks';
import type { SiteView, TenantStatus } from '#contract';
import { Icon } from '../design/icons.js';
import { Empty, Page, ShownRows } from '../design/page.js';
import { StatusPill } from '../design/status.js';
import { currentPlace, goTo, linkTo } from '../router.js';
import { adminList, adminRead } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import { mayChange } from '../session/rights.js';
import { modeText } from './mode-text.js';
import { NewSite } from './new-site.js';
import { SitePage } from './site-page.js';
import { words as said } from './words.js';
import './sites.css';

/** `#/sites` is the list, `#/sites/<id>` one of them. */
export function Sites() {
  const [, id = ''] = currentPlace();
  return id === '' ? <SiteList /> : <SitePage key={id} id={id} />;
}

function SiteList() {
  const words = said();
  const sites = usePolled(() => adminList<SiteView>('/sites', 'sites'), 15_000);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), 4_000);
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
        of={sites}
        empty={
          <Empty title={words.empty} hint={words.emptyHint}>
            {mayChange() && add}
          </Empty>
        }
        row={(site) => <SiteRow key={site.id} site={site} status={status.value?.sites.find(({ id }) => id === site.id)?.status ?? 'unknown'} />}
      />
      {adding && (
        <NewSite
          sites={sites.value ?? []}
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            setAdding(false);
            goTo('sites', id);
          }}
        />
      )}
    </Page>
  );
}

function SiteRow({ site, status }: { readonly site: SiteView; readonly status: TenantStatus['sites'][number]['status'] | 'unknown' }) {
  const words = said();
  const { id, name, origins, timeZone, mode } = site;
  return (
    <li class="site-row">
      <Icon name="globe" />
      <div>
        <a href={linkTo('sites', id)} dir="auto">
          <b>{name}</b>
        </a>
        <p class="small quiet">
          {origins.length === 0 ? words.noOrigins : origins.slice(0, 3).map((origin) => origin.replace(/^https?:\/\//, '')).join(', ')}
          {origins.length > 3 && ` +${origins.length - 3}`} · {timeZone}
        </p>
        {mode !== 'agents-and-hours' && <span class="tag warning">{modeText(site)}</span>}
      </div>
      <StatusPill status={status} />
    </li>
  );
}
