import { signal } from '@preact/signals';

interface Toast {
  readonly id: number;
  readonly text: string;
}

/** Long enough to be read twice, ms. */
const SHOWN_MS = 6_000;

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Says something that passes; also to screen readers. */
export function toast(text: string): void {
  const id = (lastId += 1);
  toasts.value = [...toasts.value.slice(-2), { id, text }];
  setTimeout(() => putAway(id), SHOWN_MS);
}

function putAway(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text }) => (
        <div key={id} class="toast" onClick={() => putAway(id)}>
          {text}
        </div>
      ))}
    </div>
  );
}
