import { Copyable } from '../design/copy.js';
import { Dialog } from '../design/dialog.js';
import { words as said } from './words.js';

/** Shown this once; undefined: its answer was lost, and a repeated request is answered without it. */
export function Secret({ secret, onClose }: { readonly secret: string | undefined; readonly onClose: () => void }) {
  const words = said();
  return (
    <Dialog wide title={words.secretTitle} onClose={onClose} onSubmit={onClose}>
      {secret === undefined ? (
        <p class="note warning">{words.secretLost}</p>
      ) : (
        <>
          <p>{words.secretOnce}</p>
          <Copyable label={words.secretLabel} text={secret} />
        </>
      )}
      <div class="actions">
        <button class="button primary">{words.done}</button>
      </div>
    </Dialog>
  );
}
