import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually, sharedAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, launchChromium } from './browser/index.js';
import { Tenant } from './client/index.js';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE = { within: 30_000, every: 100 };

inChromium('what if in a real browser', 'what-if is unproven', (program) => {
  describe('what if, as a manager asks it', () => {
    let browser: Browser;
    let tenant: Tenant;
    let dashboard: DashboardPage;
    let page: Page;
    let site = '';

    beforeAll(async () => {
      [browser, tenant] = await Promise.all([launchChromium(program), Tenant.add(sharedAmpel())]);
      const [shop, blog] = [await tenant.addSite(), await tenant.addSite()];
      site = shop.id;
      // The shop is closed for good, and Anna is online all the same; on the blog she counts for DE only.
      await tenant.admin('PUT', `/sites/${shop.id}/hours`, { weekly: [], closedPermanently: true });
      await tenant.admin('PATCH', `/sites/${blog.id}`, { name: 'Blog' });
      const [de, en] = [await tenant.addGroup('DE'), await tenant.addGroup('EN')];
      const [manager, anna] = [await tenant.addAgent([de]), await tenant.addAgent([de])];
      await tenant.admin('PATCH', `/agents/${manager.id}`, { name: 'Max', role: 'manager' });
      await tenant.admin('PATCH', `/agents/${anna.id}`, { name: 'Anna' });
      const [deOfBlog, enOfBlog] = [tenant.widget(blog, de), tenant.widget(blog, en)];
      await anna.present();
      await eventually(async () => (await deOfBlog.status()).status === 'online', PATIENCE);
      expect((await enOfBlog.status()).status).toBe('offline');
      dashboard = await DashboardPage.open(browser.context, sharedAmpel().urls.dashboard, { slot: manager.id });
      ({ page } = dashboard);
      await dashboard.signIn(tenant.slug, manager.email, manager.password);
      await page.setViewportSize({ width: 1280, height: 900 });
    }, 180_000);
    afterAll(async () => {
      tenant?.close();
      await page?.close();
      await browser?.close();
    }, 60_000);

    const compare = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.getByRole('heading', { name: 'What would have come of it' }).waitFor();
    };
    const sentence = async (): Promise<string> => page.locator('.what-if-sentence').innerText();

    it('from the hours editor: without hours the box would have been online, as a sentence, as lanes and as a table', async () => {
      await page.getByRole('link', { name: 'Opening hours', exact: true }).click();
      await page.getByLabel('Hours of').selectOption(`site ${site}`);
      await page.getByRole('link', { name: 'Try this on the last four weeks' }).click();
      await page.getByRole('heading', { name: 'What if', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Suppose no hours' }).click();
      await compare();
      expect(await sentence()).toMatch(/^Visitors would have seen .+ more online\./);
      await page.locator('[data-lane=would] path.online:not([d=""])').waitFor({ state: 'attached' });
      await page.locator('.mark-bar:not([d=""])').waitFor({ state: 'attached' });
      const slider = page.getByRole('slider', { name: 'Point in time' });
      await slider.focus();
      await eventually(async () => /As it was: Offline\. As it would have been: Online\. Visitors would have seen something else/.test((await slider.getAttribute('aria-valuetext')) ?? ''), PATIENCE);
      await page.getByRole('row', { name: /^Online, somebody there – .+ \+ / }).waitFor();
      expect(await tenant.events('type=HoursChanged')).toHaveLength(1); // asking changed nothing
    }, 120_000);

    it('when it would have been different, as a table: from there into the picture by keyboard, and to one day', async () => {
      const table = page.getByRole('region', { name: 'When it would have been different' });
      const stretches = table.getByRole('row', { name: /Offline outside the hours Online somebody there \d/ });
      await stretches.first().waitFor();
      const slider = page.getByRole('slider', { name: 'Point in time' });
      const seen = async (): Promise<string> => page.locator('.explorer-head .numbers').first().innerText();
      const before = await seen();
      // The chosen stretch is the one that the slider stands on.
      await slider.press('Home');
      await eventually(async () => (await table.locator('tr[aria-current]').count()) === 0, PATIENCE);
      await stretches.first().getByRole('button').press('Enter');
      await eventually(async () => (await table.locator('tr[aria-current]').count()) === 1, PATIENCE);
      expect(await slider.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await slider.getAttribute('aria-valuetext')).toMatch(/As it was: Offline\. As it would have been: Online\. Visitors would have seen something else/);
      expect(await seen()).toBe(before);
      // Its day, and back to all of it.
      await table.getByRole('rowheader').first().getByRole('button').press('Enter');
      await eventually(async () => /^\w+day, /.test(await seen()), PATIENCE);
      await page.getByRole('button', { name: 'All', exact: true }).click();
      await eventually(async () => (await seen()) === before, PATIENCE);
    }, 120_000);

    it('who supposes what is so is told that nothing would have changed', async () => {
      await page.getByRole('button', { name: 'Back to the hours as they are' }).click();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      // The hours are some moments younger than the site: in these nobody was there, inside no hours or outside some.
      await eventually(async () => (await sentence()).startsWith('Nothing would have changed for visitors.'), PATIENCE);
      // Neither did anything that they do not see, but for these moments.
      await page.getByText('Visitors would have seen the same all the time.').or(page.locator('.explorer:not(:has(.what-if-stretches))')).first().waitFor();
    }, 120_000);

    it('people in other groups, by keyboard: the group that had nobody would have had somebody', async () => {
      await page.getByLabel('Box', { exact: true }).selectOption({ label: 'EN · Blog' });
      await page.getByRole('button', { name: 'People’s groups' }).press('Enter');
      await page.getByLabel('Add a person').selectOption({ label: 'Anna' });
      const groups = page.getByRole('group', { name: 'Groups of Anna' });
      await groups.getByRole('checkbox', { name: 'EN' }).press('Space');
      await page.getByRole('button', { name: 'Compare', exact: true }).press('Enter');
      await eventually(async () => /^Visitors would have seen .+ more online\. Within the opening hours nobody would have been there for .+ less\.$/.test(await sentence()), PATIENCE);
    }, 120_000);

    it('the site had been switched off by hand, and the numbers as a file', async () => {
      await page.getByLabel('Box', { exact: true }).selectOption({ label: 'Blog' });
      await page.getByRole('button', { name: 'Mode and switches' }).click();
      await page.getByLabel('What decides on the site').selectOption('force-offline');
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await eventually(async () => /^Visitors would have seen .+ less online\./.test(await sentence()), PATIENCE);
      // What the browser is asked to save: this one tells nobody of its downloads.
      await page.evaluate(() => {
        HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
          document.body.dataset['saved'] = this.download;
        };
      });
      await page.getByRole('button', { name: 'Download CSV' }).click();
      await eventually(async () => (await page.evaluate(() => document.body.dataset['saved'])) === 'what-if.csv', PATIENCE);
    }, 120_000);

    it('a range in which much happened is compared in slices: one sees how far it is, stops, goes on from there, and reads one answer', async () => {
      const before = await sentence();
      // Given an API that ends its first slice an hour ago, and has not answered the second one yet
      const [seam, froms] = [new Date(Date.now() - 3_600_000).toISOString(), [] as string[]];
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/what-if', async (route) => {
        const asked = route.request().postDataJSON() as { from: string };
        froms.push(asked.from);
        if (asked.from === seam) return answered.then(() => route.continue()).catch(() => undefined); // it may be stopped by then
        const response = await route.fetch({ postData: { ...asked, to: seam } });
        return route.fulfill({ response, json: { ...((await response.json()) as object), next: seam } });
      });
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await page.getByRole('progressbar', { name: 'Compares…' }).waitFor();
      expect(await page.locator('.what-if-progress').innerText()).toMatch(/^99 %/);
      expect(await dashboard.accessibilityFaults()).toEqual([]);
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.getByText('Stopped. The same question goes on from there.').waitFor();
      answer();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await eventually(async () => froms.length === 3 && (await page.getByRole('button', { name: 'Compare', exact: true }).count()) === 1, PATIENCE);
      await page.unroute('**/what-if');
      expect(froms.slice(1)).toEqual([seam, seam]);
      for (const one of [before, await sentence()]) expect(one).toMatch(/^Visitors would have seen .+ less online\./);
    }, 120_000);

    it('nothing for axe to find in light and dark, and nothing beyond the edge at 320 px', async () => {
      expect(await dashboard.accessibilityFaults()).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await dashboard.accessibilityFaults()).toEqual([]);
      await page.setViewportSize({ width: 320, height: 800 });
      await page.getByRole('button', { name: 'Opening hours', exact: true }).click();
      await eventually(async () => !(await dashboard.scrollsSideways()), PATIENCE);
      expect(await dashboard.accessibilityFaults()).toEqual([]);
    }, 120_000);
  });
});
