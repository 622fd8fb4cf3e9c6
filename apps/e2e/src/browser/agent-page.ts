/*
 * The script of the page that the browser specs open: an agent's dashboard without anything to see. It runs in the browser.
 */
import type { OpenedSession } from '#contract';
import { type Connection, PresenceClient, type View } from '#presence-client';
import type { PageSettings } from './page-server.js';

/** What the page showed, and when (`Date.now()`). */
export interface Shown {
  readonly view: View;
  readonly at: number;
}

/** What specs find in the page's `window`. */
export interface AgentPage {
  readonly client: PresenceClient;
  readonly shown: Shown[];
  readonly connections: Connection[];
  /** How often a timer of 100 ms has fired: how the browser treats the page's timers. */
  ticks: number;
  signIn(): Promise<void>;
}

declare global {
  interface Window {
    agentPage?: AgentPage;
  }
}

const { tenant, email, password, device, pingSeconds } = (await (await fetch('/settings.json')).json()) as PageSettings;

async function openSession(): Promise<OpenedSession> {
  const body = JSON.stringify({ tenant, email, password, device: { kind: device } });
  const answer = await fetch('/agent/v1/sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (answer.status !== 201) throw new Error(`the sign-in was answered with ${answer.status}`);
  return (await answer.json()) as OpenedSession;
}

const client = new PresenceClient({
  reopen: openSession,
  pingSeconds,
  onState: (view) => page.shown.push({ view, at: Date.now() }),
  onConnection: (connection) => page.connections.push(connection),
});
const page: AgentPage = { client, shown: [], connections: [], ticks: 0, signIn: async () => client.adopt(await openSession()) };
setInterval(() => (page.ticks += 1), 100);
await client.start();
window.agentPage = page;
