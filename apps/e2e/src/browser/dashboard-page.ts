import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, CDPSession, Locator, Page } from 'playwright-core';
import { eventually } from '#testing';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE_MS = 30_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The dashboard as a person has it before them, in English. `slot` = a device of its own. */
export class DashboardPage {
  private constructor(
    readonly page: Page,
    private readonly devTools: CDPSession,
  ) {}

  static async open(context: BrowserContext, origin: string, { slot = '', device = 'desktop' } = {}): Promise<DashboardPage> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.bringToFront(); // a page behind another one stands still
    await page.goto(`${origin}/dashboard/?lang=en&slot=${slot}&device=${device}`);
    return new DashboardPage(page, await context.newCDPSession(page));
  }

  async signIn(tenant: string, email: string, password: string): Promise<this> {
    await this.page.getByLabel('Account').fill(tenant);
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.heading.waitFor();
    return this;
  }

  /** "You are online". */
  get heading(): Locator {
    return this.page.locator('#own-status');
  }

  /** Waits until the large words say so. */
  async says(words: string | RegExp): Promise<void> {
    await this.waitFor(async () => new RegExp(words).test(await this.heading.innerText()));
  }

  /** Waits until the list of boxes shows it. */
  async boxShows(name: string, status: 'Online' | 'Busy' | 'Offline'): Promise<void> {
    await this.waitFor(async () => (await this.box(name).locator('.pill').innerText()).trim() === status);
  }

  box(name: string): Locator {
    return this.page.locator(`.box[data-box="${name}"]`);
  }

  /** Clicks the profile picture. */
  async openMenu(): Promise<Locator> {
    const menu = this.page.getByRole('menu');
    if (!(await menu.isVisible())) await this.page.locator('.picture').click();
    await menu.waitFor();
    return menu;
  }

  /** Clicks the picture, then the entry. */
  async choose(entry: string | RegExp): Promise<void> {
    const menu = await this.openMenu();
    await menu.getByRole('menuitemradio', { name: entry }).or(menu.getByRole('menuitem', { name: entry })).first().click();
  }

  /** Takes the network away from this tab, or gives it back. */
  async network(on: boolean): Promise<void> {
    await this.devTools.send('Network.enable');
    await this.devTools.send('Network.emulateNetworkConditions', { offline: !on, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  }

  /** What axe finds against WCAG 2.2 A and AA, each as `rule: selector`. What is just changing its colours is waited for: halfway nothing has contrast. */
  async accessibilityFaults(): Promise<string[]> {
    await this.page.locator('h1').first().waitFor({ timeout: PATIENCE_MS }); // a screen that is being loaded has none yet
    await this.page.evaluate(async () => {
      const passing = (animation: Animation): boolean => Number.isFinite(Number(animation.effect?.getComputedTiming().endTime));
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      await Promise.allSettled(document.getAnimations().filter(passing).map(({ finished }) => finished));
    });
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(AXE); // half a megabyte to read, once for a page
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run: (what: Document, options: object) => Promise<{ violations: Violation[] }> } };
      interface Violation {
        readonly id: string;
        readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
      }
      const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'], preload: false });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`));
    });
  }

  /** Whether something reaches beyond the right edge of the window. */
  scrollsSideways(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  }

  private async waitFor(fact: () => Promise<boolean>): Promise<void> {
    await eventually(fact, { within: PATIENCE_MS, every: 50 });
  }
}
