import type { WidgetStatus } from '#contract';
import type { Moment, ServerTime } from './shown-box.js';

/** What tabs of one site say to each other. `at`: server time as the speaker reckons it. */
export type TabMessage =
  | { readonly ask: true }
  | { readonly notice: string }
  | { readonly known: WidgetStatus | null; readonly at: ServerTime; readonly live: boolean; readonly failing: boolean };

/** What is answered to a question. `at`: when, by the service's clock (NaN: it did not say). */
export type Answer =
  | { readonly kind: 'frame'; readonly frame: WidgetStatus; readonly at: ServerTime }
  | { readonly kind: 'wrong-key' | 'nothing'; readonly at: ServerTime };

export interface StreamEars {
  status(frame: WidgetStatus): void;
  ping(at: ServerTime): void;
  notice(text: string): void;
  /** It broke, or was refused; called at most once, and not after it was hung up. */
  failed(): void;
}

/** Tabs of this origin that show the same box to the same visitor. */
export interface Tabs {
  /** Stands in the queue to lead; `lead` is called when it is this tab's turn, without other tabs at once. */
  join(lead: () => void): void;
  say(message: TabMessage): void;
  leave(): void;
}

/** Everything a box client needs and does not decide. Nothing of it throws. */
export interface World {
  now(): Moment;
  /** Calls once, later; gives how to take it back. */
  after(ms: number, fn: () => void): () => void;
  /** 0..1 */
  random(): number;
  /** Opens a stream; gives how to hang up. null: this browser has no streams. */
  stream(ears: StreamEars): (() => void) | null;
  ask(): Promise<Answer>;
  tabs(hear: (message: TabMessage) => void): Tabs;
  /** The frame that the tab's last page kept, and how many ms ago. */
  recall(): { readonly frame: WidgetStatus; readonly age: number } | null;
  keep(frame: WidgetStatus): void;
}
