import { useState } from 'preact/hooks';
import type { AgentView, AgentWithPresence, GroupView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { Card, Empty, Page, Shown } from '../design/page.js';
import { refusalText } from '../design/refusals.js';
import { RowMenu } from '../design/row-menu.js';
import { Avatar, StatusPill } from '../design/status.js';
import { toast } from '../design/toasts.js';
import { dayAndClock } from '../i18n/index.js';
import { goTo, linkTo } from '../router.js';
import { adminChange, adminList, adminRead } from '../session/admin.js';
import type { Loaded } from '../session/present.js';
import { isOwner, mayChange } from '../session/rights.js';
import { here } from '../session/server-time.js';
import { usePolled } from '../session/use-polled.js';
import { EditPerson } from './edit-person.js';
import { ForceOffline } from './force-offline.js';
import { PersonDevices } from './person-devices.js';
import { PersonGroups } from './person-groups.js';
import { PersonHistory } from './person-history.js';
import { words as said } from './words.js';

/** Signs of life are seconds old at most. ms */
const EVERY_MS = 3_000;

/** One person: there or not, on which devices, in which groups, what was; and what a manager can do about it. */
export function Person({ id }: { readonly id: string }) {
  const words = said();
  const person = usePolled(() => adminRead<AgentWithPresence>(`/agents/${id}`), EVERY_MS);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), 20_000);
  const back = { href: linkTo('team'), title: words.title };
  const { value } = person;
  if (person.refusal?.status === 404) {
    return (
      <Page title={words.gone} back={back}>
        <div class="card">
          <Empty title={words.gone} hint={words.goneHint} />
        </div>
      </Page>
    );
  }
  return (
    <Page title={value?.name ?? words.title} back={back} actions={value && <Actions of={value} again={person.again} />}>
      <Shown of={person}>
        {(who) => (
          <div class="person-page">
            <div>
              <Standing of={who} />
              <PersonGroups of={who} groups={groups.value} again={person.again} />
            </div>
            <div>
              <PersonDevices of={who} again={person.again} />
              <PersonHistory of={who} />
            </div>
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Standing({ of }: { readonly of: AgentWithPresence }) {
  const words = said();
  const { name, email, role, active, status, effectiveStatus, since, until, sessions, statusOnLogin } = of;
  const wish = effectiveStatus === status ? words.since(dayAndClock(here(since))) : words.wants[status];
  return (
    <Card title={words.standing}>
      <div class="standing">
        <Avatar large name={name} status={effectiveStatus} />
        <div>
          <StatusPill status={effectiveStatus} />
          <p class="quiet">{!active ? words.inactiveMeans : sessions.length === 0 ? `${words.noDevice}. ${status === 'offline' ? '' : words.wants[status]}` : wish}</p>
          {until !== undefined && <p class="quiet">{words.until(dayAndClock(here(until)))}</p>}
        </div>
      </div>
      <dl class="facts">
        <dt>{words.email}</dt>
        <dd>{email}</dd>
        <dt>{words.role}</dt>
        <dd>{words.roles[role]}</dd>
        <dt>{words.onSignIn}</dt>
        <dd>{words.onSignInIs[statusOnLogin]}</dd>
      </dl>
    </Card>
  );
}

function Actions({ of, again }: { readonly of: AgentWithPresence; readonly again: () => Promise<void> }) {
  const words = said();
  const [open, setOpen] = useState<'edit' | 'force' | null>(null);
  const close = (): void => {
    setOpen(null);
    void again();
  };
  const did = async (change: Promise<Loaded<object>>, done: string): Promise<boolean> => {
    const answer = await change;
    toast(answer.kind === 'ok' ? done : refusalText(answer));
    await again();
    return answer.kind === 'ok';
  };
  const { id, name, active, role, status } = of;
  const above = role === 'owner' && !isOwner(); // nobody changes whether those above come in
  const activate = async (): Promise<void> => {
    if (active && !(await confirmed({ title: words.deactivateTitle(name), text: words.deactivateText, action: words.deactivate, danger: true }))) return;
    await did(adminChange<AgentView>('PATCH', `/agents/${id}`, { active: !active }), active ? words.deactivated(name) : words.reactivated(name));
  };
  const remove = async (): Promise<void> => {
    if (!(await confirmed({ title: words.removeTitle(name), text: words.removeText, action: words.remove, danger: true }))) return;
    if (await did(adminChange('DELETE', `/agents/${id}`), words.removed(name))) goTo('team');
  };
  const entries = above
    ? []
    : [
        { label: active ? words.deactivateMenu : words.reactivate, act: () => void activate(), danger: active },
        { label: words.removeMenu, act: () => void remove(), danger: true },
      ];
  return (
    <>
      {mayChange() && status !== 'offline' && (
        <button type="button" class="button" onClick={() => setOpen('force')}>
          {words.force}
        </button>
      )}
      <button type="button" class="button" onClick={() => setOpen('edit')}>
        {words.edit}
      </button>
      <RowMenu of={name} entries={entries} />
      {open === 'edit' && <EditPerson of={of} mayGiveRole={!above} onClose={close} />}
      {open === 'force' && <ForceOffline of={of} onClose={close} />}
    </>
  );
}
