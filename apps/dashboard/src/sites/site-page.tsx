import type { GroupView, SiteStatus, SiteView, TenantStatus } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Icon, type IconName } from '../design/icons.js';
import { Card, Empty, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { StatusPill } from '../design/status.js';
import { toast } from '../design/toasts.js';
import { language } from '../i18n/index.js';
import { goTo, linkTo } from '../router.js';
import { adminChange, adminList, adminRead } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { usePolled } from '../session/use-polled.js';
import { ModeForm } from './mode-form.js';
import { SiteSettings } from './site-settings.js';
import { Snippet } from './snippet.js';
import { words as said } from './words.js';

/** One site: what its box shows and why, what decides, its snippet and settings. */
export function SitePage({ id }: { readonly id: string }) {
  const words = said();
  const path = `/sites/${encodeURIComponent(id)}`;
  const site = usePolled(() => adminRead<SiteView>(path), 15_000, id);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const back = { href: linkTo('sites'), title: words.title };
  const remove = async ({ name }: SiteView): Promise<void> => {
    if (!(await confirmed({ title: words.removeTitle(name), text: words.removeText, action: words.remove, danger: true }))) return;
    const answer = await adminChange('DELETE', path);
    toast(answer.kind === 'ok' ? words.removed(name) : refusalText(answer));
    if (answer.kind === 'ok') goTo('sites');
  };
  if (site.refusal?.status === 404) {
    return (
      <Page title={words.title} back={back}>
        <div class="card">
          <Empty title={words.gone} />
        </div>
      </Page>
    );
  }
  return (
    <Page title={site.value?.name ?? words.title} back={back}>
      <Shown of={site} rows={6}>
        {(value) => (
          <>
            <div class="columns">
              <div>
                <Now siteId={id} groups={groups.value ?? []} />
                <Card title={words.links}>
                  <ul class="rows">
                    <MoreLink icon="hours" href={linkTo('hours', 'site', id)} title={words.hours} hint={words.hoursHint} />
                    <MoreLink icon="bell" href={linkTo('notices', id)} title={words.notices} hint={words.noticesHint} />
                  </ul>
                </Card>
              </div>
              <ModeForm key={`${value.mode} ${value.modeUntil ?? ''}`} site={value} onChanged={site.again} />
            </div>
            <Snippet site={value} groups={groups.value ?? []} />
            <SiteSettings site={value} onChanged={site.again} />
            {mayChange() && (
              <p>
                <button type="button" class="button low quiet-danger" onClick={() => void remove(value)}>
                  {words.remove}
                </button>
              </p>
            )}
          </>
        )}
      </Shown>
    </Page>
  );
}

function MoreLink({ icon, href, title, hint }: { readonly icon: IconName; readonly href: string; readonly title: string; readonly hint: string }) {
  return (
    <li class="more-link">
      <Icon name={icon} />
      <div>
        <a href={href}>
          <b>{title}</b>
        </a>
        <p class="small quiet">{hint}</p>
      </div>
    </li>
  );
}

/** Groups beyond these are looked at one by one elsewhere. */
const MOST_GROUPS = 8;

/** What visitors see on it now, and why. */
function Now({ siteId, groups }: { readonly siteId: string; readonly groups: readonly GroupView[] }) {
  const words = said();
  const tenant = usePolled(() => adminRead<TenantStatus>('/status'), 4_000);
  const why = usePolled(() => adminRead<SiteStatus>(`/sites/${encodeURIComponent(siteId)}/status`), 4_000);
  const shown = (tenant.value?.groups ?? []).filter((group) => group.siteId === siteId && groups.some(({ id }) => id === group.id));
  return (
    <Card title={words.now}>
      <ul class="rows">
        <li class="box">
          <b>{words.wholeSite}</b>
          <StatusPill status={why.value?.status ?? 'unknown'} />
          <p class="small quiet box-why" dir="auto">
            {why.value?.sentence[language.value] ?? ' '}
          </p>
        </li>
        {shown.slice(0, MOST_GROUPS).map(({ id, name, status }) => (
          <li key={id} class="box">
            <span dir="auto">{name}</span>
            <StatusPill status={status} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
