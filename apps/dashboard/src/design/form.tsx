import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { mayChange } from '../session/rights.js';
import type { Saving } from '../session/use-saving.js';
import { common } from './common-words.js';
import { Dialog } from './dialog.js';
import { refusalText } from './refusals.js';

interface FormProps {
  readonly saving: Saving;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
  /** The button that saves; "Save" if not given. */
  readonly action?: string;
  readonly onCancel?: () => void;
}

/** Fields with their buttons: while it saves, when it is refused (the first marked field gets the focus), as the API says it. */
export function Form({ saving, onSubmit, children, action, onCancel }: FormProps) {
  const submit = (event: Event): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form class="form" noValidate onSubmit={submit}>
      <Inside saving={saving} action={action} onCancel={onCancel}>
        {children}
      </Inside>
    </form>
  );
}

/** A form in a dialog. */
export function FormDialog({ title, onCancel, onSubmit, ...form }: FormProps & { readonly title: string; readonly onCancel: () => void }) {
  return (
    <Dialog title={title} wide onClose={onCancel} onSubmit={onSubmit}>
      <Inside {...form} onCancel={onCancel} />
    </Dialog>
  );
}

type InsideProps = Pick<FormProps, 'saving'> & { readonly children?: ComponentChildren; readonly action?: string | undefined; readonly onCancel?: (() => void) | undefined };

function Inside({ saving, children, action, onCancel }: InsideProps) {
  const words = common();
  const part = useRef<HTMLDivElement>(null);
  const { busy, failure } = saving;
  useEffect(() => {
    if (failure !== null) part.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [failure]);
  return (
    <div class="form" ref={part} aria-busy={busy}>
      {children}
      <p class="note error" role="alert" hidden={failure === null}>
        {failure === null ? '' : refusalText(failure)}
      </p>
      <div class="actions">
        {onCancel && (
          <button type="button" class="button" onClick={onCancel}>
            {words.cancel}
          </button>
        )}
        {mayChange() && (
          <button class="button primary" aria-disabled={busy}>
            {busy ? words.saving : (action ?? words.save)}
          </button>
        )}
      </div>
    </div>
  );
}
