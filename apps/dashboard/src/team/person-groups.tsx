import { useState } from 'preact/hooks';
import type { AgentView, GroupView } from '#contract';
import { common } from '../design/common-words.js';
import { Check } from '../design/field.js';
import { Card, Empty, Skeleton } from '../design/page.js';
import { toast } from '../design/toasts.js';
import { regroup } from '../regroup.js';
import { mayChange } from '../session/rights.js';
import { words as said } from './words.js';

interface PersonGroupsProps {
  readonly of: AgentView;
  /** Null while they are not known. */
  readonly groups: readonly GroupView[] | null;
  readonly again: () => Promise<void>;
}

/** Which groups the person works for; a tick counts at once (behaviour D18). */
export function PersonGroups({ of, groups, again }: PersonGroupsProps) {
  const words = said();
  const [wished, setWished] = useState<readonly string[] | null>(null);
  const ids = wished ?? of.groupIds;
  const change = async (id: string, into: boolean): Promise<void> => {
    const next = into ? [...of.groupIds, id] : of.groupIds.filter((one) => one !== id);
    setWished(next); // what was clicked is seen at once
    if (await regroup(of.id, next)) toast(common().saved);
    await again();
    setWished(null);
  };
  return (
    <Card title={words.groups}>
      {groups === null && <Skeleton rows={2} />}
      {groups?.length === 0 && <Empty title={words.noGroups} hint={words.noGroupsHint} />}
      {groups !== null && groups.length > 0 && (
        <div class="card-body">
          <div class="group-checks">
            {groups.map(({ id, name, enabled }) => (
              <Check
                key={id}
                label={<span dir="auto">{enabled ? name : words.switchedOff(name)}</span>}
                checked={ids.includes(id)}
                disabled={!mayChange() || wished !== null}
                onChange={(into) => void change(id, into)}
              />
            ))}
          </div>
          {ids.length === 0 && <p class="note warning">{words.noGroupMeans}</p>}
        </div>
      )}
    </Card>
  );
}
