import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FrameLocator, Page } from 'playwright-core';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, launchChromium } from './browser/index.js';

/** A machine three times slower, with other specs beside this one; ms. */
const WITHIN_MS = 30_000;

inChromium('the demo shop in a real browser', 'the demo shop is unproven', (program) => {
  describe('the demo shop, as somebody sees it who has just typed npm start', () => {
    let ampel: ReadyAmpel;
    let browser: Browser;
    let page: Page;
    const asked: string[] = [];
    const faults: string[] = [];

    beforeAll(async () => {
      ampel = await startAmpel();
      browser = await launchChromium(program);
      page = await browser.context.newPage();
      page.setDefaultTimeout(WITHIN_MS);
      page.on('request', (request) => asked.push(request.url()));
      page.on('pageerror', ({ message }) => faults.push(message));
      await page.setViewportSize({ width: 1600, height: 900 });
      await page.goto(`${ampel.urls.dashboard}/demo/`);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await ampel?.stop();
      await ampel?.discard();
    }, 60_000);

    const frame = (of: 'desk' | 'phone'): FrameLocator => page.frameLocator(`#${of}`);
    const says = (of: 'desk' | 'phone', words: RegExp): Promise<void> => eventually(async () => words.test(await frame(of).locator('#own-status').innerText()), { within: WITHIN_MS }).then(() => undefined);
    const boxShows = (state: string): Promise<void> => eventually(async () => (await page.locator('chatbox-status').getAttribute('state')) === state, { within: WITHIN_MS }).then(() => undefined);
    const choose = async (of: 'desk' | 'phone', name: RegExp): Promise<void> => {
      await frame(of).locator('.picture').click();
      await frame(of).getByRole('menu').getByRole('menuitemradio', { name }).click();
    };

    it('one look explains it: the shop with its box, an agent at the desk, and the same agent with a phone', async () => {
      await says('desk', /^(You are offline|Sie sind offline)$/);
      await says('phone', /^(You are offline|Sie sind offline)$/);
      await boxShows('offline');
      expect(await page.locator('.products li').count()).toBe(6);
      await eventually(async () => (await frame('desk').locator('.device').count()) === 2, { within: WITHIN_MS });
    }, 120_000);

    it('a click at the desk changes the box and the phone; a click on the phone the box and the desk', async () => {
      await page.locator('#language').selectOption('en');
      await choose('desk', /^Online/);
      await boxShows('online');
      await says('phone', /online$/);
      await choose('phone', /^(Busy|Beschäftigt)/);
      await boxShows('busy');
      await says('desk', /(busy|beschäftigt)$/);
    }, 120_000);

    it('the switches: another group is another box, and the language is that of the shop, its prices and its box', async () => {
      const launcher = page.locator('chatbox-status .launch');
      await page.locator('#group').selectOption({ label: 'EN' });
      await boxShows('offline');
      await page.locator('#group').selectOption({ label: 'DE' });
      await boxShows('busy');
      await page.locator('#language').selectOption('de');
      await eventually(async () => /beschäftigt/i.test(await launcher.innerText()), { within: WITHIN_MS });
      expect(await page.locator('[data-price]').first().innerText()).toMatch(/^48,00\s€$/);
      await page.locator('#language').selectOption('en');
      await eventually(async () => /busy/i.test(await launcher.innerText()), { within: WITHIN_MS });
      expect(await page.title()).toBe('Haus & Hof · demo');
      await page.locator('.products button').first().click();
      expect(await page.locator('#basket').innerText()).toBe('One item in the basket.');
    }, 120_000);

    it('a reload keeps the agent where they are, and on a phone there is the shop alone; no foreign host was asked, nothing failed', async () => {
      await page.reload();
      await says('desk', /(busy|beschäftigt)$/);
      await page.setViewportSize({ width: 390, height: 800 });
      await page.reload();
      await boxShows('busy');
      expect(await page.locator('#desk').isVisible()).toBe(false);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      const origin = new URL(ampel.urls.dashboard).origin;
      expect([asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:')), faults]).toEqual([[], []]);
    }, 120_000);
  });
});
