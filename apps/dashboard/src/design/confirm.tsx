import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { common } from './common-words.js';
import { Dialog } from './dialog.js';

interface Question {
  readonly title: string;
  /** What happens then: said before it does. */
  readonly text: ComponentChildren;
  /** The button that does it, as a verb. */
  readonly action: string;
  /** It takes something away. */
  readonly danger?: boolean;
}

const asked = signal<(Question & { readonly answer: (yes: boolean) => void }) | null>(null);

/** Asks the person: `if (await confirmed({ title, text, action: 'Delete', danger: true })) …`. Every page shows the question. */
export function confirmed(question: Question): Promise<boolean> {
  asked.peek()?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}

/** Where the question is shown; stands in the frame of the page. */
export function Confirmation() {
  const words = common();
  const question = asked.value;
  if (question === null) return null;
  return (
    <Dialog title={question.title} onClose={() => question.answer(false)} onSubmit={() => question.answer(true)}>
      <div class="question">{question.text}</div>
      <div class="actions">
        <button type="button" class="button" onClick={() => question.answer(false)}>
          {words.cancel}
        </button>
        <button class={`button ${question.danger ? 'danger' : 'primary'}`}>{question.action}</button>
      </div>
    </Dialog>
  );
}
