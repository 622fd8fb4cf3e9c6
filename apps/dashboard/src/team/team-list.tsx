import { useMemo, useState } from 'preact/hooks';
import { LongRows } from '../design/long-list.js';
import { Empty, Page, Shown } from '../design/page.js';
import { Choice, Search, searchFor } from '../design/search.js';
import { linkTo } from '../router.js';
import { NewAgent } from './new-agent.js';
import { PersonRow } from './person-row.js';
import { type Member, useTeam } from './use-team.js';
import { words as said } from './words.js';

const FILTERS = {
  all: () => true,
  online: ({ presence }: Member) => presence?.effectiveStatus === 'online',
  busy: ({ presence }: Member) => presence?.effectiveStatus === 'busy',
  offline: ({ presence, agent }: Member) => presence?.effectiveStatus === 'offline' && agent.active,
  noGroup: ({ agent }: Member) => agent.groupIds.length === 0,
  inactive: ({ agent }: Member) => !agent.active,
} as const;
type Filter = keyof typeof FILTERS;

/** What was searched for last: it is still there when one comes back from a person. */
let lastSearch = '';
let lastFilter: Filter = 'all';

/** Everybody of the team, live. */
export function TeamList() {
  const words = said();
  const team = useTeam();
  const [adding, setAdding] = useState(false);
  const [searched, setSearched] = useState(lastSearch);
  const [filter, setFilter] = useState<Filter>(lastFilter);
  [lastSearch, lastFilter] = [searched, filter];
  return (
    <Page
      title={words.title}
      intro={words.intro}
      actions={
        <>
          <a class="button" href={linkTo('team', 'import')}>
            {words.import}
          </a>
          <button type="button" class="button primary" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        </>
      }
    >
      <Shown of={team} rows={8}>
        {(members) => (
          <>
            <div class="list-tools">
              <Search label={words.search} value={searched} onInput={setSearched} />
              <Filters members={members} value={filter} onChange={setFilter} />
            </div>
            <People members={members} {...{ searched, filter }} onAll={() => [setSearched(''), setFilter('all')]} />
          </>
        )}
      </Shown>
      {adding && <NewAgent groups={team.groups} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface FiltersProps {
  readonly members: readonly Member[];
  readonly value: Filter;
  readonly onChange: (filter: Filter) => void;
}

function Filters({ members, value, onChange }: FiltersProps) {
  const words = said();
  const all = (Object.keys(FILTERS) as Filter[]).map((one) => ({ value: one, label: words.filters[one], count: members.filter(FILTERS[one]).length }));
  // what nobody is, one need not choose; but a choice does not vanish under the hand
  const options = all.filter((one) => one.count > 0 || one.value === value || !['noGroup', 'inactive'].includes(one.value));
  return <Choice label={words.filter} value={value} onChange={onChange} options={options} />;
}

function ofSearch(searched: string, filter: Filter): (one: Member) => boolean {
  const isMeant = searchFor(searched);
  return (one) => FILTERS[filter](one) && isMeant([one.agent.name, one.agent.email, ...one.groupNames].join(' '));
}

interface PeopleProps {
  readonly members: readonly Member[];
  readonly searched: string;
  readonly filter: Filter;
  readonly onAll: () => void;
}

function People({ members, searched, filter, onAll }: PeopleProps) {
  const words = said();
  const found = useMemo(
    () => (searched.trim() === '' && filter === 'all' ? members : members.filter(ofSearch(searched, filter))),
    [members, searched, filter],
  );
  return (
    <section class="card team" aria-label={words.title}>
      <p class="unseen" role="status">
        {words.found(found.length)}
      </p>
      {found.length === 0 && (
        <Empty title={words.nobody} hint={words.nobodyHint}>
          <button type="button" class="button" onClick={onAll}>
            {words.showAll}
          </button>
        </Empty>
      )}
      <LongRows items={members} found={found} row={(member) => <PersonRow key={member.agent.id} member={member} />} />
    </section>
  );
}
