import { useRef, useState } from 'preact/hooks';
import type { GroupView } from '#contract';
import { confirmed } from '../design/confirm.js';
import { refusalText } from '../design/refusals.js';
import { RowMenu } from '../design/row-menu.js';
import { matches } from '../design/search.js';
import { StatusPill } from '../design/status.js';
import { toast } from '../design/toasts.js';
import { confirmInNoGroup, InNoGroup } from '../regroup.js';
import { adminChange } from '../session/admin.js';
import { mayChange } from '../session/rights.js';
import { MemberChip } from './member-chip.js';
import { type Dragged, onlyIn } from './moves.js';
import type { Group, Groups } from './use-groups.js';
import { words as said } from './words.js';

/** So many names are shown before one asks for all. */
const SHOWN = 16;

/** What is on its way over the cards; a drop tells its target only the words that it carries. */
let dragged: Dragged | null = null;

interface GroupCardProps {
  /** Null: those in no group. */
  readonly group: Group | null;
  readonly all: Groups;
  readonly searched: string;
  readonly onDrop: (dragged: Dragged, onto: string | null, add: boolean) => void;
  readonly onPerson: (agentId: string) => void;
  readonly onOpen: (what: 'rename' | 'add-people') => void;
  readonly again: () => Promise<void>;
}

/** A group with its people; a place to drop somebody on. */
export function GroupCard({ group, all, searched, onDrop, onPerson, onOpen, again }: GroupCardProps) {
  const words = said();
  const card = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const [whole, setWhole] = useState(false);
  const name = group?.name ?? words.none;
  const members = group?.members ?? all.inNone;
  const narrowed = searched !== '' && !matches(searched, name) ? members.filter((one) => matches(searched, one.name)) : members;
  const shown = whole ? narrowed : narrowed.slice(0, SHOWN);
  const enters = (event: DragEvent): void => {
    if (dragged === null) return;
    event.preventDefault(); // it may be dropped here
    if (event.dataTransfer) event.dataTransfer.dropEffect = adds(event) ? 'copy' : 'move';
    setOver(true);
  };
  return (
    <div
      ref={card}
      role="group"
      class={`card group-card${group === null ? ' none' : ''}${over ? ' over' : ''}${group?.enabled === false ? ' off' : ''}`}
      aria-label={name}
      data-group={name}
      onDragEnter={enters}
      onDragOver={enters}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || !card.current?.contains(event.relatedTarget)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (dragged !== null) onDrop(dragged, group?.id ?? null, adds(event));
        dragged = null;
      }}
    >
      <header>
        <div class="group-name">
          <h2 dir="auto">{name}</h2>
          <p class="small quiet">
            {words.people(members.length)}
            {group !== null && `, ${words.there(members.filter(({ status }) => status === 'online' || status === 'busy').length)}`}
          </p>
        </div>
        {group !== null && <GroupMenu group={group} all={all} onOpen={onOpen} again={again} />}
      </header>
      {group === null && <p class="note warning small">{words.noneMeans}</p>}
      {group !== null && <Boxes of={group} />}
      <ul class="members">
        {shown.map((member) => (
          <li key={member.id}>
            <MemberChip
              member={member}
              onPress={() => onPerson(member.id)}
              onDrag={(begins) => (dragged = begins ? { agentId: member.id, from: group?.id ?? null } : null)}
            />
          </li>
        ))}
        {members.length === 0 && <li class="quiet small">{words.nobody}</li>}
      </ul>
      {(narrowed.length > shown.length || whole) && (
        <button type="button" class="button plain low" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? words.fewer : words.allOf(narrowed.length)}
        </button>
      )}
      {group !== null && mayChange() && (
        <button type="button" class="button low group-add" onClick={() => onOpen('add-people')}>
          {words.addPeople}
          <span class="unseen">: {name}</span>
        </button>
      )}
    </div>
  );
}

function Boxes({ of }: { readonly of: Group }) {
  const words = said();
  if (!of.enabled) return <p class="small quiet">{words.offMeans}</p>;
  return (
    <ul class="group-boxes">
      {of.boxes.map(({ siteName, status }) => (
        <li key={siteName}>
          <StatusPill status={status} />
          {of.boxes.length > 1 && (
            <span class="small quiet" dir="auto">
              {siteName}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

type GroupMenuProps = Pick<GroupCardProps, 'all' | 'onOpen' | 'again'> & { readonly group: Group };

function GroupMenu({ group, all, onOpen, again }: GroupMenuProps) {
  const words = said();
  const { id, name, enabled } = group;
  if (!mayChange()) return null;
  const turn = async (): Promise<void> => {
    const question = { title: words.offTitle(name), text: words.offText, action: words.off, danger: true };
    if (enabled && !(await confirmed(question))) return;
    const answer = await adminChange<GroupView>('PATCH', `/groups/${id}`, { enabled: !enabled });
    toast(answer.kind === 'ok' ? (enabled ? words.isOff(name) : words.isOn(name)) : refusalText(answer));
    await again();
  };
  const remove = async (): Promise<void> => {
    const concerned = onlyIn(id, all.people);
    const text = (
      <>
        <p>{words.removeText}</p>
        {concerned.length > 0 && <InNoGroup agents={concerned} />}
      </>
    );
    if (!(await confirmed({ title: words.removeTitle(name), text, action: words.remove, danger: true }))) return;
    const said409 = concerned.length > 0; // then the person has been told whom it concerns
    if (await confirmInNoGroup((confirm) => adminChange('DELETE', `/groups/${id}${confirm || said409 ? '?confirm=affects-all-groups' : ''}`))) {
      toast(words.removed(name));
    }
    await again();
  };
  return (
    <RowMenu
      of={name}
      entries={[
        { label: words.rename, act: () => onOpen('rename') },
        { label: enabled ? words.offMenu : words.on, act: () => void turn() },
        { label: words.removeMenu, act: () => void remove(), danger: true },
      ]}
    />
  );
}

/** With Ctrl (on a Mac Alt) somebody is added and stays where they were, as files are copied. */
function adds(event: DragEvent): boolean {
  return event.ctrlKey || event.altKey;
}
