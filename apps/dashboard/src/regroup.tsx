import type { AgentView } from '#contract';
import { confirmed } from './design/confirm.js';
import { refusalText } from './design/refusals.js';
import { toast } from './design/toasts.js';
import { plural } from './i18n/format.js';
import { inBoth } from './i18n/in-both.js';
import { adminChange } from './session/admin.js';
import type { Loaded, Refusal } from './session/present.js';

const words = inBoth(
  {
    title: (count: number) => plural(count, { one: 'One person would be in no group', other: `${count} people would be in no group` }),
    means: 'Who is in no group counts for every group and for the whole site: while they are online, every box is open.',
    anyway: 'Do it all the same',
    more: (count: number) => `and ${count} more`,
  },
  {
    title: (count) => plural(count, { one: 'Eine Person wäre dann in keiner Gruppe', other: `${count} Personen wären dann in keiner Gruppe` }),
    means: 'Wer in keiner Gruppe ist, zählt für jede Gruppe und für die ganze Seite: Solange diese Person online ist, ist jede Box offen.',
    anyway: 'Trotzdem so machen',
    more: (count) => `und ${count} weitere`,
  },
);

/** More names than these say nothing more. */
const NAMED = 12;

/** behaviour D18: what it means for these people, before it happens. */
export function InNoGroup({ agents }: { readonly agents: readonly { readonly id: string; readonly name: string }[] }) {
  return (
    <div class="note warning">
      <b>{words().title(agents.length)}</b>
      <ul>
        {agents.slice(0, NAMED).map(({ id, name }) => (
          <li key={id} dir="auto">
            {name}
          </li>
        ))}
        {agents.length > NAMED && <li>{words().more(agents.length - NAMED)}</li>}
      </ul>
      <p>{words().means}</p>
    </div>
  );
}

/**
 * Makes a change that may take people out of their last group. The API refuses it once and names them (behaviour D18); the person is asked,
 * and it is made with the confirmation. False if it was not made; why has been said.
 */
export async function confirmInNoGroup(change: (confirm: boolean) => Promise<Loaded<object>>): Promise<boolean> {
  let answer = await change(false);
  if (answer.kind === 'refused' && answer.refusal.code === 'confirmation-required') {
    if (!(await confirmed(questionOf(answer.refusal)))) return false;
    answer = await change(true);
  }
  if (answer.kind !== 'ok') toast(refusalText(answer));
  return answer.kind === 'ok';
}

function questionOf({ agents }: Refusal) {
  return { title: words().title(agents.length), text: <InNoGroup agents={agents} />, action: words().anyway, danger: true };
}

/** Puts somebody into exactly these groups. */
export function regroup(agentId: string, groupIds: readonly string[]): Promise<boolean> {
  return confirmInNoGroup((confirm) =>
    adminChange<AgentView>('PUT', `/agents/${agentId}/groups`, { groupIds, ...(confirm ? { confirm: 'affects-all-groups' } : {}) }),
  );
}
