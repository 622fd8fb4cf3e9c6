import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { eventually, sharedAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, launchChromium } from './browser/index.js';
import { Tenant } from './client/index.js';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE = { within: 30_000, every: 100 };

inChromium('the timeline in a real browser', 'the timeline is unproven', (program) => {
  describe('the timeline, as a manager uses it', () => {
    let browser: Browser;
    let tenant: Tenant;
    let dashboard: DashboardPage;
    let page: Page;
    let slider: Locator;

    beforeAll(async () => {
      [browser, tenant] = await Promise.all([launchChromium(program), Tenant.add(sharedAmpel())]);
      const [site, de] = await Promise.all([tenant.addSite(), tenant.addGroup('DE')]);
      const [manager, anna] = await Promise.all([tenant.addAgent([de]), tenant.addAgent([de])]);
      await tenant.admin('PATCH', `/agents/${manager.id}`, { name: 'Max', role: 'manager' });
      await tenant.admin('PATCH', `/agents/${anna.id}`, { name: 'Anna' });
      const box = tenant.widget(site, de);
      const shows = (status: string): Promise<unknown> => eventually(async () => (await box.status()).status === status, PATIENCE);
      const desk = await anna.present();
      await shows('online');
      await desk.click('busy');
      await shows('busy');
      await anna.forceOffline('went home <b>early</b>');
      await shows('offline');
      dashboard = await DashboardPage.open(browser.context, sharedAmpel().urls.dashboard, { slot: manager.id });
      ({ page } = dashboard);
      await dashboard.signIn(tenant.slug, manager.email, manager.password);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole('link', { name: 'Timeline', exact: true }).click();
      slider = page.getByRole('slider', { name: 'Point in time' });
      await slider.waitFor();
    }, 180_000);
    afterAll(async () => {
      tenant?.close();
      await page?.close();
      await browser?.close();
    }, 60_000);

    const says = async (): Promise<string> => (await slider.getAttribute('aria-valuetext')) ?? '';
    /** Presses a key until the slider says so: each press goes one change on, and after the last one nowhere. */
    const pressUntil = (key: string, words: RegExp): Promise<unknown> =>
      eventually(async () => {
        if (words.test(await says())) return true;
        await slider.press(key);
        return false;
      }, PATIENCE);
    const boxNow = (): Locator => page.locator('.moment-box');

    it('both readings are drawn, and from change to change by keyboard each is told with cause, actor and reason', async () => {
      for (const lane of ['actual', 'shown']) {
        for (const status of ['online', 'busy', 'offline']) await page.locator(`[data-lane=${lane}] path.${status}:not([d=""])`).waitFor({ state: 'attached' });
      }
      await pressUntil('PageUp', /As it was: Busy,/);
      expect(await says()).toMatch(/As it was: Busy, since .+, Status changed, by Anna/);
      await pressUntil('PageUp', /As it was: Online,/);
      await pressUntil('PageDown', /As it was: Offline, .+Status set by somebody else, by the platform/);
      await page.locator('.readout').getByText('“went home <b>early</b>”').first().waitFor(); // a text, never markup
    }, 120_000);

    it('the page below is of the instant that the line stands on: box, sentence, groups, team', async () => {
      await pressUntil('PageUp', /As it was: Busy,/);
      await boxNow().locator('.pill.busy').waitFor();
      await boxNow().getByText('Busy: Anna is busy, and nobody is online.').waitFor();
      await page.getByRole('region', { name: 'Groups' }).locator('.pill.busy').waitFor();
      await page.getByRole('region', { name: 'Team' }).locator('li', { hasText: 'Anna' }).locator('.pill.busy').waitFor();
      await eventually(() => /#\/timeline\/site\/[^/]+\/\d{4}-/.test(decodeURIComponent(page.url())), PATIENCE);
      await page.getByRole('button', { name: 'Now', exact: true }).click();
      await boxNow().getByText(/^Offline: nobody is online\. .+ is signed in: a click on "online" opens it\.$/).waitFor();
    }, 120_000);

    it('zooms and turns by buttons, keys and ctrl with the wheel; the ranges bring whole days back', async () => {
      const title = page.locator('.explorer-head h2');
      // What is young is seen whole at first.
      await page.getByRole('button', { name: 'Day', exact: true }).click();
      await eventually(async () => /^\w+day,/.test(await title.innerText()), PATIENCE);
      const day = await title.innerText();
      const changes = async (act: () => Promise<unknown>): Promise<void> => {
        const before = await title.innerText();
        await act();
        await eventually(async () => (await title.innerText()) !== before, PATIENCE);
      };
      await changes(() => slider.press('+'));
      await changes(() => page.getByRole('button', { name: 'Zoom in' }).click());
      await slider.hover();
      await page.keyboard.down('Control');
      await changes(() => page.mouse.wheel(0, -300));
      await page.keyboard.up('Control');
      await changes(() => page.getByRole('button', { name: 'Year', exact: true }).click());
      await changes(() => page.getByRole('button', { name: 'Earlier' }).click());
      await page.getByRole('button', { name: 'Now', exact: true }).click();
      await page.getByRole('button', { name: 'Day', exact: true }).click();
      await eventually(async () => (await title.innerText()) === day, PATIENCE);
    }, 120_000);

    it('the same as a table, of a group and of a person as well', async () => {
      await page.getByText('All changes as a table').click();
      const row = page.getByRole('row', { name: /Busy.*Status changed.*Anna/ });
      await row.waitFor();
      await row.getByRole('button').click();
      await eventually(async () => /As it was: Busy,/.test(await says()), PATIENCE);
      const picker = page.getByRole('combobox');
      for (const name of ['DE', 'Anna']) {
        await picker.selectOption({ label: name });
        await row.waitFor();
      }
      await page.getByRole('button', { name: 'As it was known' }).click();
      await row.waitFor();
    }, 120_000);

    it('nothing for axe to find, and nothing beyond the edge at 320 px', async () => {
      // What is asked for anew stays to be seen meanwhile, paler.
      const settled = (): Promise<void> => page.locator('.moment[aria-busy="true"]').waitFor({ state: 'detached' });
      await settled();
      expect(await dashboard.accessibilityFaults()).toEqual([]);
      await page.setViewportSize({ width: 320, height: 800 });
      await eventually(async () => !(await dashboard.scrollsSideways()), PATIENCE);
      await slider.waitFor();
      await settled();
      expect(await dashboard.accessibilityFaults()).toEqual([]);
    }, 120_000);
  });
});
