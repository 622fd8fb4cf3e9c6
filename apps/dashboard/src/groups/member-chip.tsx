import { useMemo } from 'preact/hooks';
import { Mark } from '../design/status.js';
import { t } from '../i18n/index.js';
import { mayChange } from '../session/rights.js';
import type { Member } from './use-groups.js';
import { words as said } from './words.js';

interface MemberChipProps {
  readonly member: Member;
  readonly onPress: () => void;
  /** It begins to be dragged, or has ended. */
  readonly onDrag: (begins: boolean) => void;
}

/** Somebody in a group: dragged to another one, or pressed for the list of all groups. */
export function MemberChip({ member, onPress, onDrag }: MemberChipProps) {
  const { id, name, status } = member;
  const words = said();
  const changes = mayChange();
  return useMemo(
    () => (
      <button
        type="button"
        class="member"
        aria-haspopup="dialog"
        draggable={changes}
        onClick={onPress}
        onDragStart={(event) => {
          event.dataTransfer?.setData('text/plain', name);
          if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copyMove';
          onDrag(true);
        }}
        onDragEnd={() => onDrag(false)}
      >
        <Mark status={status} />
        <span dir="auto">{name}</span>
        <span class="unseen">, {t().status[status]}</span>
      </button>
    ),
    [id, name, status, changes, words],
  );
}
