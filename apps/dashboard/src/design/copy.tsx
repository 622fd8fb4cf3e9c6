import { common } from './common-words.js';
import { toast } from './toasts.js';

/** A text to take along (a key, a snippet): shown whole, copied by a button. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const words = common();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      toast(words.copied);
    } catch {
      toast(words.notCopied); // an address without https, or a frame that may not
    }
  };
  return (
    <div class="copyable">
      <pre tabIndex={0} aria-label={label} translate={false}>
        <code>{text}</code>
      </pre>
      <button type="button" class="button" onClick={() => void copy()}>
        {words.copy}
        <span class="unseen">: {label}</span>
      </button>
    </div>
  );
}
