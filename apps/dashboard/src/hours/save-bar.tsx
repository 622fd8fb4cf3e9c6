import { Icon } from '../design/icons.js';
import { mayChange } from '../session/rights.js';
import { isSerious, sentenceOf } from './findings.js';
import type { Fault } from './judge.js';
import type { Editing } from './use-editing.js';
import { hoursWords } from './words.js';

/** Stands at the bottom of the window while something is not saved. */
export function SaveBar({ editing, others }: { readonly editing: Editing; readonly others: readonly Fault[] }) {
  const words = hoursWords().save;
  if (!mayChange() || (!editing.dirty && !editing.canRedo)) return null;
  const first = editing.findings.find(isSerious);
  return (
    <div class="save-bar" role="region" aria-label={words.dirty}>
      <div class="save-words">
        <b>{editing.dirty ? words.dirty : ''}</b>
        {first && editing.faults.length === 0 && <span class="small save-finding">{sentenceOf(first)}</span>}
        {editing.faults.length > 0 && (
          <span class="fault" role="alert">
            {words.refused} {others.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}
          </span>
        )}
      </div>
      <button type="button" class="button plain only-icon" aria-label={words.undo} title={words.undo} disabled={!editing.canUndo} onClick={editing.undo}>
        <Icon name="undo" />
      </button>
      <button type="button" class="button plain only-icon" aria-label={words.redo} title={words.redo} disabled={!editing.canRedo} onClick={editing.redo}>
        <Icon name="redo" />
      </button>
      <button type="button" class="button" disabled={!editing.dirty} onClick={editing.discard}>
        {words.discard}
      </button>
      <button type="button" class="button primary" disabled={!editing.dirty} aria-disabled={editing.busy} onClick={() => void editing.save()}>
        {editing.busy ? words.saving : words.save}
      </button>
    </div>
  );
}
