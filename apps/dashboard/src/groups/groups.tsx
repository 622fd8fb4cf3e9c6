import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useGrowing } from '../design/long-list.js';
import { toast } from '../design/toasts.js';
import { Empty, Page, Shown } from '../design/page.js';
import { matches, Search } from '../design/search.js';
import { listed } from '../i18n/index.js';
import { regroup } from '../regroup.js';
import { AddPeople } from './add-people.js';
import { GroupCard } from './group-card.js';
import { type Dragged, groupsAfterDrop, sameGroups } from './moves.js';
import { NameGroup } from './name-group.js';
import { PersonsGroups } from './persons-groups.js';
import { type Group, type Groups as All, type Member, useGroups } from './use-groups.js';
import { words as said } from './words.js';
import './groups.css';

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'rename' | 'add-people'; readonly group: Group }
  | { readonly kind: 'person'; readonly id: string }
  | null;

/** Who works for which group: by drag, by keyboard, by tap. Everything counts at once (behaviour D18). */
export function Groups() {
  const words = said();
  const held = useGroups();
  const [open, setOpen] = useState<Open>(null);
  const [searched, setSearched] = useState('');
  const close = (): void => {
    setOpen(null);
    void held.again();
  };
  const assign = async (member: Member, groupIds: readonly string[]): Promise<void> => {
    if (sameGroups(member.groupIds, groupIds)) return;
    held.presume(member.id, groupIds); // what was dropped is seen at once
    if (await regroup(member.id, groupIds)) toast(words.assigned(member.name, namesOf(groupIds, held.value)));
    await held.again();
    held.presume(member.id, null);
  };
  const drop = (dragged: Dragged, onto: string | null, add: boolean): void => {
    const member = held.value?.people.find(({ id }) => id === dragged.agentId);
    if (member) void assign(member, groupsAfterDrop(member, dragged, onto, add));
  };
  const add = (
    <button type="button" class="button primary" onClick={() => setOpen({ kind: 'new' })}>
      {words.add}
    </button>
  );
  return (
    <Page title={words.title} intro={words.intro} actions={add}>
      <Shown of={held}>
        {(all) => (
          <>
            {!all.inPlan && <p class="note warning">{words.notInPlan}</p>}
            {all.groups.length === 0 ? (
              <div class="card">
                <Empty title={words.empty} hint={words.emptyHint} />
              </div>
            ) : (
              <div class="list-tools">
                <Search label={words.search} value={searched} onInput={setSearched} />
              </div>
            )}
            <Cards of={filtered(all, searched)} all={all} searched={searched}>
              {(group) => (
                <GroupCard
                  group={group}
                  all={all}
                  searched={searched}
                  onDrop={drop}
                  onPerson={(id) => setOpen({ kind: 'person', id })}
                  onOpen={(kind) => group !== null && setOpen({ kind, group })}
                  again={held.again}
                />
              )}
            </Cards>
            {open?.kind === 'person' && <PersonsGroups id={open.id} all={all} onAssign={(member, ids) => void assign(member, ids)} onClose={close} />}
            {open?.kind === 'add-people' && <AddPeople to={open.group} all={all} onClose={close} />}
          </>
        )}
      </Shown>
      {open?.kind === 'new' && <NameGroup group={null} onClose={close} />}
      {open?.kind === 'rename' && <NameGroup group={open.group} onClose={close} />}
    </Page>
  );
}

interface CardsProps {
  readonly of: readonly (Group | null)[];
  readonly all: All;
  readonly searched: string;
  readonly children: (group: Group | null) => ComponentChildren;
}

/** Groups drawn in one go. */
const AT_ONCE = 4;

/** A screenful at once, the rest while nobody waits. */
function Cards({ of, all, searched, children }: CardsProps) {
  const drawn = useGrowing(of.length, AT_ONCE, searched);
  return (
    <div class="groups">
      {of.slice(0, drawn).map((group) => (
        <Card key={group?.id ?? ''} group={group} all={all} searched={searched} draw={children} />
      ))}
    </div>
  );
}

/** Drawn again only if what it shows may be another. */
function Card({ group, all, searched, draw }: Pick<CardsProps, 'all' | 'searched'> & { readonly group: Group | null; readonly draw: CardsProps['children'] }) {
  return useMemo(() => <>{draw(group)}</>, [group, all, searched, said().title]);
}

/** Those in no group first, as null: they are the ones to look at. */
function filtered({ groups, inNone }: All, searched: string): readonly (Group | null)[] {
  const found = groups.filter(({ name, members }) => matches(searched, name) || members.some((one) => matches(searched, one.name)));
  const none = inNone.filter(({ name }) => matches(searched, name)).length > 0;
  return none ? [null, ...found] : found;
}

function namesOf(ids: readonly string[], all: All | null): string {
  return listed((all?.groups ?? []).filter(({ id }) => ids.includes(id)).map(({ name }) => name));
}
