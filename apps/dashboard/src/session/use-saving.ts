import { useState } from 'preact/hooks';
import type { Loaded, Refusal } from './present.js';

type Failure = { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'unreachable' | 'over' | 'same' };

/** One change on its way: of a form, of a button. */
export interface Saving {
  readonly busy: boolean;
  /** What became of the last attempt, if nothing good. */
  readonly failure: Failure | null;
  /** What the API says is wrong with the field at this pointer or below it (`/groupIds` has `/groupIds/0`), or null. */
  faultAt(pointer: string): string | null;
  /** Carries it out; gives the body, or null and keeps why. A second call while one is on its way does nothing. */
  run<T>(change: () => Promise<Loaded<T>>): Promise<T | null>;
  forget(): void;
}

export function useSaving(): Saving {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  return {
    busy,
    failure,
    faultAt(pointer) {
      if (failure?.kind !== 'refused') return null;
      return failure.refusal.errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail ?? null;
    },
    async run(change) {
      if (busy) return null;
      setBusy(true);
      setFailure(null);
      const answer = await change();
      setBusy(false);
      if (answer.kind === 'ok') return answer.body;
      setFailure(answer);
      return null;
    },
    forget: () => setFailure(null),
  };
}
