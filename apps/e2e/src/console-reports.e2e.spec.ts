import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Availability, SiteView, TenantStatus } from '#contract';
import { eventually, sharedAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, launchChromium } from './browser/index.js';
import { Tenant } from './client/index.js';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE = { within: 30_000, every: 100 };
const HOUR = 3_600;

inChromium('the reports in a real browser', 'the reports are unproven', (program) => {
  describe('the reports, as an auditor reads them', () => {
    let browser: Browser;
    let tenant: Tenant;
    let dashboard: DashboardPage;
    let page: Page;
    let site: SiteView;
    const refusedByPolicy: string[] = [];

    beforeAll(async () => {
      [browser, tenant] = await Promise.all([launchChromium(program), Tenant.add(sharedAmpel())]);
      const [first, de] = await Promise.all([tenant.addSite(), tenant.addGroup('DE')]);
      site = first;
      const [auditor, anna] = await Promise.all([tenant.addAgent(), tenant.addAgent([de])]);
      await tenant.admin('PATCH', `/agents/${auditor.id}`, { name: 'Otto', role: 'auditor' });
      await tenant.admin('PATCH', `/agents/${anna.id}`, { name: 'Anna' });
      await anna.present();
      dashboard = await DashboardPage.open(browser.context, sharedAmpel().urls.dashboard, { slot: auditor.id });
      ({ page } = dashboard);
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) refusedByPolicy.push(message.text());
      });
      await dashboard.signIn(tenant.slug, auditor.email, auditor.password);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole('link', { name: 'Reports', exact: true }).click();
      await chart().waitFor();
    }, 180_000);
    afterAll(async () => {
      tenant?.close();
      await page?.close();
      await browser?.close();
    }, 60_000);

    const chart = (): Locator => page.getByRole('slider', { name: /hours by status/ });
    const total = (standing: string): Locator => page.locator(`[data-total=${standing}] b`);
    const told = async (): Promise<string> => (await chart().getAttribute('aria-valuetext')) ?? '';

    it('what the API says of this week is drawn, and stands in numbers beside it', async () => {
      await chart().locator('canvas').waitFor();
      for (const standing of ['online', 'unattended', 'busy', 'missed', 'outside', 'alerts']) await total(standing).waitFor();
      await eventually(async () => /\d+ (s|min|h)/.test(await total('online').innerText()), PATIENCE);
      expect(await told()).toMatch(/Online .*\d/);
      await page.getByText('There was no alert.').waitFor();
      expect(await page.getByRole('region', { name: /The same as a table/ }).first().getByRole('row').count()).toBeGreaterThanOrEqual(2);
    }, 120_000);

    it('of a group and of a person, by hours, of own days; a range that is none says so', async () => {
      const of = page.getByRole('combobox', { name: 'Report of' });
      await of.selectOption({ label: 'Anna' });
      await total('offline').waitFor();
      expect(await total('missed').count()).toBe(0);
      await of.selectOption({ label: 'DE' });
      await total('missed').waitFor();
      await page.getByRole('button', { name: 'Hours', exact: true }).click();
      await eventually(async () => /:00/.test(await told()), PATIENCE);
      await page.getByRole('button', { name: 'Own', exact: true }).click();
      await page.getByRole('textbox', { name: 'From', exact: true }).fill('2026-03-02');
      await page.getByLabel('To, inclusive').fill('2026-03-01');
      await page.getByText('The end must not lie before the beginning.').waitFor();
      await page.getByRole('textbox', { name: 'From', exact: true }).fill('2026-01-01');
      await page.getByText('A report by hours is at most 35 days long', { exact: false }).waitFor();
      await page.getByRole('button', { name: 'This week', exact: true }).click();
      await page.getByRole('button', { name: 'Days', exact: true }).click();
      await of.selectOption({ label: 'The whole site' });
    }, 120_000);

    it('is downloaded as CSV and as JSON, as the API gives it', async () => {
      // What the browser is asked to save: this one is driven as a person's is, and tells nobody of its downloads.
      await page.evaluate(() => {
        const saved: { name: string; text: Promise<string> }[] = [];
        const blobs = new Map<string, Blob>();
        const create = URL.createObjectURL.bind(URL);
        URL.createObjectURL = (blob) => {
          const url = create(blob);
          blobs.set(url, blob as Blob);
          return url;
        };
        HTMLAnchorElement.prototype.click = function save() {
          saved.push({ name: this.download, text: blobs.get(this.href)?.text() ?? Promise.resolve('') });
        };
        Object.assign(window, { saved });
      });
      interface Saving {
        readonly saved: { readonly name: string; readonly text: Promise<string> }[];
      }
      const saved = () =>
        page.evaluate(async () => {
          const all = (window as unknown as Saving).saved.map(async ({ name, text }) => [name, await text] as const);
          return Promise.all(all);
        });
      for (const button of ['Download CSV', 'Download JSON']) await page.getByRole('button', { name: button }).click();
      const files = await eventually(async () => {
        const found = Object.fromEntries(await saved());
        return Object.keys(found).length === 2 && found;
      }, PATIENCE);
      expect(files['shop.csv']).toMatch(/^scope,id,name,period,/);
      expect(JSON.parse(files['shop.json'] ?? '')).toMatchObject({ siteId: site.id, coverageGaps: [] });
    }, 120_000);

    it('that nobody is there stands on the first screen and on that of the team, with the way to that moment', async () => {
      // Nobody waits for a minute here: as the API tells it then.
      const since = '2026-03-02T09:00:00.000Z';
      await page.route(/\/status$/, async (route) => {
        const answer = await route.fetch();
        const told = (await answer.json()) as TenantStatus;
        await route.fulfill({ response: answer, json: { ...told, sites: told.sites.map((one) => ({ ...one, uncoveredSince: since })) } });
      });
      for (const screen of ['Status', 'Team']) {
        await page.getByRole('link', { name: screen, exact: true }).click();
        const note = page.getByRole('status').filter({ hasText: 'Nobody is there at Shop since' });
        await note.waitFor();
        expect(await note.getByRole('link', { name: 'Timeline' }).getAttribute('href')).toBe(`#/timeline/site/${site.id}/${encodeURIComponent(since)}`);
        expect(await dashboard.accessibilityFaults()).toEqual([]);
      }
      await page.unroute(/\/status$/);
      await page.getByRole('link', { name: 'Reports', exact: true }).click();
      await chart().waitFor();
    }, 120_000);

    describe('of a week in which the clocks were turned back, and nobody was there for a while', () => {
      // Nobody can be made to have been away last October: the answer is one that the API could have given.
      const day = (date: string, from: string, to: string, online: number, missed: number, length = 24): Availability['days'][number] => ({
        ...{ date, from, to, onlineSeconds: online * HOUR, unattendedOnlineSeconds: 120, busySeconds: 0, offlineSeconds: (length - online) * HOUR - 120 },
        ...{ outsideHoursSeconds: (length - online - missed) * HOUR - 120, missedSeconds: missed * HOUR },
      });
      const days = [
        day('2026-10-24', '2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', 8, 1),
        day('2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 10, 0, 25),
        day('2026-10-26', '2026-10-25T23:00:00.000Z', '2026-10-26T23:00:00.000Z', 6, 2),
      ];
      const answer = (): Availability => ({
        ...{ siteId: site.id, timeZone: 'Europe/Berlin', from: '2026-10-23T22:00:00.000Z', to: '2026-10-26T23:00:00.000Z', knownAt: '2026-11-01T00:00:00.000Z', settled: true },
        site: { ...day('', '', '', 24, 3, 73), unattendedOnlineSeconds: 360, offlineSeconds: 49 * HOUR - 360, outsideHoursSeconds: 46 * HOUR - 360, coverageAlerts: 1 },
        ...{ days, groups: [], agents: [] },
        coverageGaps: [{ groupId: null, from: '2026-10-26T09:00:00.000Z', to: '2026-10-26T11:00:00.000Z', because: 'somebody-there' }],
      });

      beforeAll(async () => {
        await page.route(/reports\/availability/, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(answer()) }));
        await page.getByRole('button', { name: 'Last month', exact: true }).click();
        await eventually(async () => (await total('alerts').innerText()) === '1', PATIENCE);
      }, 60_000);
      afterAll(() => page.unroute(/reports\/availability/));

      it('from bar to bar by keyboard, and the same in the table: the long day is 25 hours', async () => {
        await chart().focus();
        await chart().press('Home');
        expect(await told()).toMatch(/Sat.* 24.*Online 8 h .* Nobody there 1 h/);
        await chart().press('ArrowRight');
        await eventually(async () => /Sun.* 25.*Online 10 h/.test(await told()), PATIENCE);
        const long = page.getByRole('row', { name: /25 h long/ });
        expect(await long.getByRole('cell').first().innerText()).toBe('10 h');
        await chart().press('End');
        await eventually(async () => /Nobody there 2 h/.test(await told()), PATIENCE);
      }, 120_000);

      it('when nobody was there, how long, why it ended, and the way to that moment', async () => {
        const row = page.getByRole('row', { name: /Shop.*2 h.*somebody came/ });
        expect(await row.getByRole('link', { name: 'See it in the timeline' }).getAttribute('href')).toBe(`#/timeline/site/${site.id}/2026-10-26T09%3A00%3A00.000Z`);
      });

      it('nothing for axe to find, light and dark; nothing beyond the edge at 320 px; nothing that the page may not do', async () => {
        expect(await dashboard.accessibilityFaults()).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        await chart().locator('canvas').waitFor();
        expect(await dashboard.accessibilityFaults()).toEqual([]);
        await page.setViewportSize({ width: 320, height: 800 });
        await eventually(async () => !(await dashboard.scrollsSideways()), PATIENCE);
        expect(await dashboard.accessibilityFaults()).toEqual([]);
        expect(refusedByPolicy).toEqual([]);
      }, 120_000);
    });
  });
});
