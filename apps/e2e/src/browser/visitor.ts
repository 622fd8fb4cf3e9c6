import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { eventually } from '#testing';

/** The element as the page's own scripts know it. */
interface BoxElement extends HTMLElement {
  open(): void;
  close(): void;
  refresh(): Promise<void>;
}

/** What the page noticed of the box. */
export interface Noticed {
  /** Statuses of `statuschange`, each once in a row. */
  readonly statuses: string[];
  /** What was thrown in the page, and what its policy refused. */
  readonly faults: string[];
}

declare global {
  interface Window {
    noticed?: Noticed;
    axe?: { run(what: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
  }
}

/** A tab with a customer's page in it, as its visitor sees and uses it. Widgets show up within seconds also on a slow machine. */
export class Visitor {
  /** What the page's console was warned of. */
  readonly warnings: string[] = [];

  private constructor(
    readonly page: Page,
    readonly devTools: CDPSession,
  ) {}

  /** Opens a tab; `before` runs in the page before its own scripts. */
  static async open(context: BrowserContext, url: string, before?: () => void): Promise<Visitor> {
    const page = await context.newPage();
    const visitor = new Visitor(page, await context.newCDPSession(page));
    page.on('console', (message) => message.type() === 'warning' && visitor.warnings.push(message.text()));
    await page.addInitScript(() => {
      const noticed: Noticed = { statuses: [], faults: [] };
      window.noticed = noticed;
      addEventListener('error', ({ message }) => noticed.faults.push(message));
      addEventListener('unhandledrejection', ({ reason }) => noticed.faults.push(String(reason)));
      addEventListener('securitypolicyviolation', ({ violatedDirective }) => noticed.faults.push(violatedDirective));
      addEventListener('statuschange', (event) => {
        const { status } = (event as CustomEvent<{ status: string }>).detail;
        if (noticed.statuses.at(-1) !== status) noticed.statuses.push(status);
      });
    });
    if (before) await page.addInitScript(before);
    await page.goto(url);
    return visitor;
  }

  /** Waits until the box shows this state, by its attribute and in words. */
  async sees(status: string, words?: string): Promise<void> {
    await eventually(async () => (await this.state()) === status, { within: WITHIN_MS });
    if (words !== undefined) await eventually(async () => (await this.launcher()).includes(words), { within: WITHIN_MS });
  }

  state(): Promise<string | null> {
    return this.page.evaluate(() => document.querySelector('chatbox-status')?.getAttribute('state') ?? null);
  }

  /** The words on the launcher. */
  launcher(): Promise<string> {
    return this.page.evaluate(() => document.querySelector('chatbox-status')?.shadowRoot?.querySelector('.launch')?.textContent ?? '');
  }

  /** The text of the open box; '' while it is closed. */
  panel(): Promise<string> {
    return this.page.evaluate(() => document.querySelector('chatbox-status')?.shadowRoot?.querySelector<HTMLElement>('.panel')?.innerText ?? '');
  }

  async open(): Promise<void> {
    await this.page.evaluate(() => document.querySelector<BoxElement>('chatbox-status')?.open());
    await eventually(async () => (await this.panel()) !== '', { within: WITHIN_MS });
  }

  async panelSays(text: string): Promise<void> {
    await eventually(async () => (await this.panel()).includes(text), { within: WITHIN_MS });
  }

  /** Writes into the focused form and sends. */
  async writes(text: string): Promise<void> {
    await this.page.locator('chatbox-status textarea').fill(text);
    await this.page.locator('chatbox-status .send').click();
  }

  async refresh(): Promise<void> {
    await this.page.evaluate(() => document.querySelector<BoxElement>('chatbox-status')?.refresh());
  }

  async noticed(): Promise<Noticed> {
    return (await this.page.evaluate(() => window.noticed)) ?? { statuses: [], faults: ['the page has no script'] };
  }

  /** What the accessibility checker finds; the page must carry it. */
  async findings(): Promise<string[]> {
    return this.page.evaluate(async () => {
      const { violations = [] } = (await window.axe?.run(document)) ?? { violations: [{ id: 'no axe', nodes: [] }] };
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
  }

  /** Takes the network away, or gives it back. */
  async network(on: boolean, latency = 0): Promise<void> {
    await this.devTools.send('Network.enable');
    await this.devTools.send('Network.emulateNetworkConditions', { offline: !on, latency, downloadThroughput: -1, uploadThroughput: -1 });
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** Milliseconds; a machine three times slower, with other specs beside this one. */
const WITHIN_MS = 20_000;
