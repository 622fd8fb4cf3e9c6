import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Wider, for forms with more than a few fields. */
  readonly wide?: boolean;
  /** Enter in a field, or the button of type submit. */
  readonly onSubmit?: () => void;
}

/** A native modal dialog: focus is kept inside and goes back where it was, Escape closes, the page behind is inert. */
export function Dialog({ title, onClose, children, wide, onSubmit }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const leaving = useRef(false);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    if (current && !current.open) current.showModal();
    return () => {
      leaving.current = true; // not the person closes it: `close` comes when another dialog may stand in its place
      current?.close(); // while it is still in the page: the browser gives the focus back
    };
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'wide' : undefined} aria-labelledby={id} onClose={() => leaving.current || onClose()}>
      <form
        method="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
      </form>
    </dialog>
  );
}
