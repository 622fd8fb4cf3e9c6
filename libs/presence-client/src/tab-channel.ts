import type { Phase, View } from './presence-states.js';

/** What the tabs of one agent say to each other. */
export type TabMessage =
  | { readonly kind: 'told'; readonly view: View; readonly phase: Phase }
  | { readonly kind: 'asked'; readonly stirred: boolean }
  /** Boxes may have changed: only the leading tab has the stream that says so. */
  | { readonly kind: 'boxes' }
  /** The kept session is another one now. */
  | { readonly kind: 'session-changed' };

export interface TabChannel {
  say(message: TabMessage): void;
  close(): void;
}

/** Joins the tabs of this origin that use the same name; a tab does not hear itself. */
export function tabChannel(name: string, hear: (message: TabMessage) => void): TabChannel {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
  return { say: (message) => channel.postMessage(message), close: () => channel.close() };
}
