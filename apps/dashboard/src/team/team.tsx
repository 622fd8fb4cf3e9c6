import { useMemo, useState } from 'preact/hooks';
import type { AgentView, GroupView, TenantStatus } from '#contract';
import { Empty, Page, Shown } from '../design/page.js';
import { Choice, matches, Search } from '../design/search.js';
import { Avatar, StatusPill } from '../design/status.js';
import { adminList, adminRead } from '../session/admin.js';
import { usePolled } from '../session/use-polled.js';
import { NewAgent } from './new-agent.js';
import { words as said } from './words.js';
import './team.css';

type Filter = 'all' | 'online' | 'busy' | 'offline';
const FILTERS: readonly Filter[] = ['all', 'online', 'busy', 'offline'];

/** Who is there: everybody with the status that visitors feel. */
export function Team() {
  const words = said();
  const agents = usePolled(() => adminList<AgentView>('/agents', 'agents'), 30_000);
  const status = usePolled(() => adminRead<TenantStatus>('/status'), 4_000);
  const groups = usePolled(() => adminList<GroupView>('/groups', 'groups'), 30_000);
  const [adding, setAdding] = useState(false);
  const [searched, setSearched] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const statusOf = useMemo(() => new Map((status.value?.agents ?? []).map((one) => [one.id, one.effectiveStatus])), [status.value]);
  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        <button type="button" class="button primary" onClick={() => setAdding(true)}>
          {words.add}
        </button>
      }
    >
      <div class="list-tools">
        <Search label={words.search} value={searched} onInput={setSearched} />
        <Choice label={words.filter} value={filter} onChange={setFilter} options={FILTERS.map((value) => ({ value, label: words.filters[value] }))} />
      </div>
      <Shown of={agents} rows={8}>
        {(all) => (
          <div class="card">
            {all.length === 0 && <Empty title={words.empty} hint={words.emptyHint} />}
            <ul class="rows long">
              {all
                .filter(({ id, name, email }) => matches(searched, name, email) && (filter === 'all' || statusOf.get(id) === filter))
                .map(({ id, name, email, active, groupIds }) => (
                  <li key={id}>
                    <Avatar name={name} status={statusOf.get(id) ?? 'unknown'} /> <b dir="auto">{name}</b> <span class="quiet">{email}</span>{' '}
                    {!active && <span class="tag neutral">{words.inactive}</span>}
                    {groupIds.length === 0 && <span class="tag warning">{words.noGroup}</span>}
                    <StatusPill status={statusOf.get(id) ?? 'unknown'} />
                  </li>
                ))}
            </ul>
          </div>
        )}
      </Shown>
      {adding && <NewAgent groups={groups.value ?? []} onClose={() => void agents.again().then(() => setAdding(false))} />}
    </Page>
  );
}
