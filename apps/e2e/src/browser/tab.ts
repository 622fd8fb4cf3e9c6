import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import type { AgentState } from '#contract';
import type { Connection, StatusAnswer, View } from '#presence-client';
import { eventually } from '#testing';
import type { Shown } from './agent-page.js';

/** Until a page's modules are loaded and it runs, on a machine with other specs beside this one, ms. */
const START_MS = 30_000;

/** A tab of the browser with an agent's page in it. */
export class Tab {
  private constructor(
    readonly page: Page,
    private readonly devTools: CDPSession,
  ) {}

  /** Opens a tab in front of the others and waits until its page runs. */
  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const page = await context.newPage();
    const tab = new Tab(page, await context.newCDPSession(page));
    await page.goto(url);
    await tab.runs();
    return tab;
  }

  /** Signs in on this device and goes online. */
  async signIn(): Promise<this> {
    await this.page.evaluate(() => window.agentPage?.signIn());
    await this.knows();
    await this.setStatus('online');
    await this.knows('online');
    return this;
  }

  setStatus(status: AgentState['status']): Promise<StatusAnswer | undefined> {
    return this.page.evaluate((wish) => window.agentPage?.client.setStatus(wish), status);
  }

  signOut(): Promise<boolean | undefined> {
    return this.page.evaluate(() => window.agentPage?.client.signOut());
  }

  /** Everything it has shown so far. */
  shown(): Promise<Shown[]> {
    return this.page.evaluate(() => window.agentPage?.shown ?? []);
  }

  async view(): Promise<View | undefined> {
    return (await this.shown()).at(-1)?.view;
  }

  connection(): Promise<Connection | undefined> {
    return this.page.evaluate(() => window.agentPage?.connections.at(-1));
  }

  /** How often its 100 ms timer has fired. */
  ticks(): Promise<number> {
    return this.page.evaluate(() => window.agentPage?.ticks ?? 0);
  }

  /** Waits until it shows a state that it knows; gives when it showed it (`Date.now()`). */
  async knows(status?: AgentState['status'], within = 5_000): Promise<number> {
    return eventually(
      async () => {
        const last = (await this.shown()).at(-1);
        return last?.view.kind === 'known' && (status === undefined || last.view.state.status === status) && last.at;
      },
      { within },
    );
  }

  /** Waits until it says that it knows nothing. */
  async knowsNothing(within = 5_000): Promise<void> {
    await eventually(async () => (await this.view())?.kind === 'unknown', { within });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.runs();
  }

  toFront(): Promise<void> {
    return this.page.bringToFront();
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** Freezes the page as browsers do with tabs in the background: no task of it runs. */
  async freeze(): Promise<void> {
    await this.devTools.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  async thaw(): Promise<void> {
    await this.devTools.send('Page.setWebLifecycleState', { state: 'active' });
  }

  /** Makes the processor slower by this factor. */
  async slowDown(rate: number): Promise<void> {
    await this.devTools.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Takes the network away, or gives it back. */
  async network(on: boolean): Promise<void> {
    await this.devTools.send('Network.enable');
    const conditions = { offline: !on, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await this.devTools.send('Network.emulateNetworkConditions', conditions);
  }

  /** Gives the network back; a wish leaves in that very moment, with the version that the page knew before. */
  async wishOnceOnline(status: AgentState['status']): Promise<StatusAnswer | undefined> {
    const answer = this.page.evaluate(
      (wish) =>
        new Promise<StatusAnswer | undefined>((resolve) => {
          const send = (): void => resolve(window.agentPage?.client.setStatus(wish));
          window.addEventListener('online', send, { once: true });
        }),
      status,
    );
    await this.network(true);
    return answer;
  }

  /** Asked again and again from here: what waits inside the page looks at each frame, and a tab behind others draws none. */
  private async runs(): Promise<void> {
    await eventually(() => this.page.evaluate(() => window.agentPage !== undefined), { within: START_MS });
  }
}
