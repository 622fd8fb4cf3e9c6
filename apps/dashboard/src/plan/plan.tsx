import type { GroupView, HoursView, SiteView, TenantStatus, TenantView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Card, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { toast } from '../design/toasts.js';
import { listed } from '../i18n/index.js';
import { adminChange, adminList, adminRead } from '../session/admin.js';
import { isOwner } from '../session/rights.js';
import { type Polled, usePolled } from '../session/use-polled.js';
import { AccountSettings } from './account-settings.js';
import { words as said } from './words.js';
import './plan.css';

type PlanName = TenantView['plan'];
const PLANS: readonly PlanName[] = ['free', 'standard', 'pro'];

/** What the plan includes, what rests because it does not (behaviour D20), and the settings of the account. */
export function Plan() {
  const words = said();
  const tenant = usePolled(() => adminRead<TenantView>(''), 30_000);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), 30_000);
  return (
    <Page title={words.title} intro={words.intro}>
      <Shown of={tenant} rows={5}>
        {(value) => (
          <>
            <div class="columns">
              <Included tenant={value} active={(status.value?.agents ?? []).filter(({ active }) => active).length} />
              <div>
                <Resting tenant={value} />
                {isOwner() && <Change tenant={value} again={tenant.again} />}
              </div>
            </div>
            {isOwner() ? <AccountSettings tenant={value} onChanged={tenant.again} /> : <p class="small quiet">{words.ownersOnly}</p>}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Included({ tenant: { plan, entitlements }, active }: { readonly tenant: TenantView; readonly active: number }) {
  const words = said();
  const { agents, groups, hours, historyDays, support } = entitlements;
  const has = (included: boolean) => <span class={included ? 'has' : 'has-not'}>{included ? words.yes : words.no}</span>;
  return (
    <Card title={words.yours} aside={<b class="plan-name">{words.plans[plan]}</b>}>
      <dl class="facts">
        <dt>{words.agents}</dt>
        <dd>
          {words.agentsOf(active, agents)}
          {agents !== null && <meter class="seats" min={0} max={agents} value={active} aria-label={words.agents} />}
        </dd>
        <dt>{words.groups}</dt>
        <dd>{has(groups)}</dd>
        <dt>{words.hours}</dt>
        <dd>{has(hours)}</dd>
        <dt>{words.history}</dt>
        <dd>{words.historyDays(historyDays)}</dd>
        <dt>{words.support}</dt>
        <dd>{has(support)}</dd>
      </dl>
      {agents !== null && active >= agents && <p class="note warning plan-note">{words.full}</p>}
    </Card>
  );
}

/** Groups and hours that are there, but do nothing under this plan. */
function Resting({ tenant: { entitlements } }: { readonly tenant: TenantView }) {
  const words = said();
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), Infinity);
  const hours = usePolled(namesWithHours, Infinity);
  const lines = [
    ...(!entitlements.groups && (groups.value ?? []).length > 0 ? [words.restingGroups((groups.value ?? []).length)] : []),
    ...(!entitlements.hours && (hours.value ?? []).length > 0 ? [words.restingHours(listed(hours.value ?? []))] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <Card title={words.rests}>
      <ul class="rows">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        <li class="small quiet">{words.restsHint}</li>
      </ul>
    </Card>
  );
}

/** Names of the sites that have hours. */
async function namesWithHours() {
  const sites = await adminList<SiteView>('/sites', 'sites');
  if (sites.kind !== 'ok') return sites;
  const hours = await Promise.all(sites.body.map(({ id }) => adminRead<HoursView>(`/sites/${encodeURIComponent(id)}/hours`)));
  return { ...sites, body: sites.body.filter((_, index) => hours[index]?.kind === 'ok').map(({ name }) => name) };
}

function Change({ tenant, again }: { readonly tenant: TenantView; readonly again: Polled<TenantView>['again'] }) {
  const words = said();
  const change = async (plan: PlanName): Promise<void> => {
    const text = plan === 'pro' ? words.changeText.same : words.changeText.less;
    if (!(await confirmed({ title: words.changeTitle(words.plans[plan]), text, action: words.changeTo(words.plans[plan]) }))) return;
    const answer = await adminChange<TenantView>('PATCH', '', { plan });
    toast(answer.kind === 'ok' ? words.changed(words.plans[plan]) : refusalText(answer));
    await again();
  };
  return (
    <Card title={words.change}>
      <ul class="rows">
        {PLANS.map((plan) => (
          <li key={plan} class="plan-row">
            <b>{words.plans[plan]}</b>
            {plan === tenant.plan ? (
              <span class="tag neutral">{words.current}</span>
            ) : (
              <button type="button" class="button low" onClick={() => void change(plan)}>
                {words.changeTo(words.plans[plan])}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
