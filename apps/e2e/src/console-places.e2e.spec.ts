import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { HoursView, NoticesView, SiteView, WebhookView } from '#contract';
import { eventually, sharedAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, HostSite, launchChromium, Visitor } from './browser/index.js';
import { type Agent, Tenant } from './client/index.js';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE = { within: 30_000, every: 100 };
const ZONE = 'Europe/Berlin';
const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const SHORT = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;

inChromium('sites and hours in a real browser', 'the console is unproven', (program) => {
  describe('sites, hours and what belongs to them, as a manager uses the console', () => {
    let browser: Browser;
    let host: HostSite;
    let tenant: Tenant;
    let site: SiteView;
    let manager: Agent;
    let opened: { close(): Promise<unknown> }[] = [];

    beforeAll(async () => {
      [browser, host] = await Promise.all([launchChromium(program), HostSite.start()]);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await host?.close();
    }, 60_000);
    beforeEach(async () => {
      tenant = await Tenant.add(sharedAmpel());
      site = await tenant.addSite([host.origin]);
      manager = await tenant.addAgent();
      await tenant.admin('PATCH', `/agents/${manager.id}`, { role: 'owner', name: 'Mona' });
    }, 60_000);
    afterEach(async () => {
      tenant.close();
      await Promise.all(opened.map((one) => one.close().catch(() => undefined)));
      opened = [];
    }, 60_000);

    /** The console on one of its screens, in English. */
    const at = async (...place: readonly string[]): Promise<{ dashboard: DashboardPage; page: Page }> => {
      const dashboard = await DashboardPage.open(browser.context, sharedAmpel().urls.dashboard, { slot: manager.id });
      opened.push(dashboard.page);
      await dashboard.page.setViewportSize({ width: 1280, height: 900 });
      await dashboard.signIn(tenant.slug, manager.email, manager.password);
      await go(dashboard.page, ...place);
      return { dashboard, page: dashboard.page };
    };
    const go = (page: Page, ...place: readonly string[]): Promise<unknown> => page.evaluate((hash) => (location.hash = hash), `#/${place.join('/')}`);
    const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const hours = (): Promise<HoursView> => tenant.admin('GET', `/sites/${site.id}/hours`);
    const readable = (page: Page, label: string) => page.getByLabel(label, { exact: true });

    it('hours drawn by keyboard: it is said who would be shut out, and on saving the box closes in a visitor’s page; undone, it opens', async () => {
      const device = await (await tenant.addAgent()).present();
      await device.click('online');
      const body = `<script src="${sharedAmpel().urls.widget}/widget/v1/widget.js" data-site="${site.key}" async></script>`;
      const visitor = await Visitor.open(browser.context, host.add({ body }));
      opened.push(visitor);
      await visitor.sees('online');
      const { page } = await at('hours', 'site', site.id);
      await page.getByRole('button', { name: 'Begin with an empty week' }).focus();
      await press(page, 'Enter');

      const far = (weekdayNow() + 3) % 7; // neither today nor a night from or into it
      const block = (times: string) => page.getByRole('button', { name: `${NAMES[far]} ${times}`, exact: true });
      const add = page.getByRole('button', { name: `Add hours on ${NAMES[far]}` });
      await add.waitFor();
      await add.focus();
      await press(page, 'Enter');
      await isFocused(block('09:00–17:00').first());
      await press(page, 'ArrowDown', 'Shift+ArrowDown', 'Alt+ArrowUp'); // later, longer, earlier again
      await block('09:00–17:30').waitFor();

      await page.getByText('Shop would close at once, though Agent is online.').first().waitFor();
      await device.click('online'); // a sign of life
      await page.getByRole('button', { name: 'Save hours' }).focus();
      await press(page, 'Enter');
      const question = page.getByRole('dialog', { name: 'Save all the same?' });
      await question.waitFor();
      expect((await tenant.ask('GET', `/sites/${site.id}/hours`)).status).toBe(404); // nothing has happened yet
      await question.getByRole('button', { name: 'Save all the same' }).focus();
      await press(page, 'Enter');
      await visitor.sees('offline');
      expect((await hours()).weekly).toEqual([{ days: [SHORT[far]], opens: '09:00', closes: '17:30' }]);

      await page.bringToFront();
      await readable(page, 'Closed permanently').waitFor();
      await page.getByRole('button', { name: 'Remove hours' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove hours' }).click();
      await page.getByRole('button', { name: 'Save hours' }).click();
      await visitor.sees('online');
    }, 180_000);

    it('hours by pointer: drawn, moved, copied, taken back; what is refused is said at its place', async () => {
      const { page } = await at('hours', 'site', site.id);
      await page.getByRole('button', { name: 'Begin with an empty week' }).click();
      await page.getByRole('button', { name: 'Save hours' }).click();
      await page.getByText('Draw at least one block').waitFor(); // 422 at /weekly
      const grid = page.locator('.week-columns');
      /** From one day and hour to another; the grid may have moved since the last time. */
      const drag = async ([fromDay, fromHour]: readonly [number, number], [toDay, toHour]: readonly [number, number]): Promise<void> => {
        await grid.scrollIntoViewIfNeeded();
        const box = await grid.boundingBox();
        if (!box) throw new Error('there is no grid');
        const goTo = (day: number, hour: number) => page.mouse.move(box.x + ((day + 0.5) / 7) * box.width, box.y + (hour / 24) * box.height);
        await goTo(fromDay, fromHour);
        await page.mouse.down();
        await goTo((fromDay + toDay) / 2, (fromHour + toHour) / 2);
        await goTo(toDay, toHour);
        await page.mouse.up();
      };
      const shows = (name: string) => page.getByRole('button', { name, exact: true }).waitFor();
      await drag([1, 8], [1, 12]);
      await shows('Tuesday 08:00–12:00');
      await drag([1, 10], [2, 20]);
      await shows('Wednesday 18:00–22:00');
      await page.getByRole('button', { name: 'Undo' }).click();
      await shows('Tuesday 08:00–12:00');
      await page.getByRole('button', { name: 'Copy Tuesday to other days' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Copy', exact: true }).click();
      await shows('Friday 08:00–12:00');

      await readable(page, 'Another one').check();
      await page.locator('.zone-input input').fill('europe/vienna');
      await page.getByRole('button', { name: 'Save hours' }).click();
      await page.getByRole('button', { name: 'Take Europe/Vienna' }).click(); // 422 at /timeZone
      await page.getByRole('button', { name: 'Save hours' }).click();
      await eventually(async () => (await hours()).timeZone === 'Europe/Vienna', PATIENCE);
      expect((await hours()).weekly).toEqual([{ days: ['mo', 'tu', 'we', 'th', 'fr'], opens: '08:00', closes: '12:00' }]);
    }, 180_000);

    it('Christmas Eve closes at noon: "what does a visitor see at 12:01?", with the reason; holidays can be looked over', async () => {
      const year = new Date().getUTCFullYear() + 1;
      await tenant.admin('PUT', `/sites/${site.id}/hours`, { weekly: [{ days: [...SHORT], opens: '00:00', closes: '24:00' }], holidays: { country: 'DE' } });
      const { page } = await at('hours', 'site', site.id);
      await page.getByRole('button', { name: 'Add a day' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('From').fill(`${year}-12-24`);
      await dialog.getByLabel(/^Name/).fill('Christmas Eve');
      await dialog.getByLabel('Other hours').check();
      await dialog.getByRole('button', { name: 'Take over' }).click();
      await page.getByRole('button', { name: 'Save hours' }).click();
      await eventually(async () => (await hours()).exceptions?.length === 1, PATIENCE);
      expect((await hours()).exceptions).toEqual([
        { from: `${year}-12-24`, to: `${year}-12-24`, intervals: [{ opens: '08:00', closes: '12:00' }], label: 'Christmas Eve' },
      ]);
      const ask = page.locator('.ask');
      await ask.getByLabel('Day').fill(`${year}-12-24`);
      await ask.getByLabel('Time').fill('12:01');
      await ask.getByRole('button', { name: 'Look' }).click();
      await ask.getByText('Offline: special hours (Christmas Eve).').waitFor();
      await ask.locator('.pill.offline').waitFor();

      await page.getByRole('button', { name: /^Review\s?: 1\. Weihnachtstag/ }).first().click();
      await page.getByRole('dialog').getByLabel('As every week').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await eventually(async () => (await hours()).holidayRows?.some(({ name, struckOut }) => name === '1. Weihnachtstag' && struckOut) === true, PATIENCE);
    }, 180_000);

    it('a site is added with a zone that is spelt wrongly: the field says so and helps; then its snippet stands there; a mode closes it', async () => {
      const { page } = await at('sites');
      await page.getByRole('button', { name: 'Add a site' }).click();
      const dialog = page.getByRole('dialog', { name: 'A new site' });
      await dialog.getByLabel('Name').fill('Outlet');
      await dialog.getByLabel('Allowed origins').fill('https://outlet.example/cart');
      await dialog.getByLabel('Time zone').fill('berlin');
      await dialog.getByRole('button', { name: 'Add site' }).click();
      await eventually(async () => (await dialog.getByLabel('Time zone').getAttribute('aria-invalid')) === 'true', PATIENCE);
      await dialog.getByRole('button', { name: `Take ${ZONE}` }).click();
      await dialog.getByRole('button', { name: 'Add site' }).click();
      await page.getByRole('heading', { name: 'Outlet', level: 1 }).waitFor();
      const outlet = (await tenant.admin<{ sites: SiteView[] }>('GET', '/sites')).sites.find(({ name }) => name === 'Outlet');
      expect(outlet).toMatchObject({ origins: ['https://outlet.example'], timeZone: ZONE });
      await page.getByText(`data-site="${outlet?.key}"`).waitFor();

      await page.locator('input[value=force-online]').check();
      await page.getByLabel(/^Reason/).fill('Trial <b>run</b>');
      await page.getByRole('button', { name: 'One hour' }).click();
      await page.getByRole('button', { name: 'Change it', exact: true }).click();
      await page.getByText('“Trial <b>run</b>”').first().waitFor();
      await page.locator('.box .pill.online').first().waitFor();
      expect(await tenant.admin('GET', `/sites/${outlet?.id}`)).toMatchObject({ mode: 'force-online', modeReason: 'Trial <b>run</b>', modeUntil: expect.any(String) });
    }, 120_000);

    it('notices are seen as a visitor sees them while they are written; a webhook shows its secret once', async () => {
      const { page } = await at('notices', site.id);
      const busy = page.getByRole('region', { name: 'While you are busy' });
      await busy.getByLabel('English text').fill('Back in a moment & <i>sorry</i>');
      await page.locator('[data-preview=busy-en]', { hasText: 'Back in a moment & <i>sorry</i>' }).waitFor();
      await busy.getByLabel('Delay in seconds').fill('9999');
      await page.getByRole('button', { name: 'Save notices' }).click();
      await busy.getByText('A number from 0 to 3600.').waitFor();
      await busy.getByLabel('Delay in seconds').fill('30');
      await page.getByRole('button', { name: 'Save notices' }).click();
      await eventually(async () => (await tenant.admin<NoticesView>('GET', `/sites/${site.id}/notices`)).busy.delaySeconds === 30, PATIENCE);
      expect((await tenant.admin<NoticesView>('GET', `/sites/${site.id}/notices`)).busy.texts.en).toBe('Back in a moment & <i>sorry</i>');

      await go(page, 'webhooks');
      await page.getByRole('button', { name: 'Add a webhook' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('Helpdesk');
      await dialog.getByLabel('Address').fill('ftp://hooks.example.com/');
      await dialog.getByRole('button', { name: 'Add webhook' }).click();
      await dialog.getByText('Nothing can be sent there').waitFor();
      await dialog.getByLabel('Address').fill('https://hooks.example.com/ampel');
      await dialog.getByRole('button', { name: 'Add webhook' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('heading', { name: 'Helpdesk', level: 1 }).waitFor();
      expect(await page.getByText(/whsec_/).count()).toBe(0);
      await page.getByRole('button', { name: 'Switch off' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
      await page.getByText('Switched off by hand.').waitFor();
      const { webhooks } = await tenant.admin<{ webhooks: WebhookView[] }>('GET', '/webhooks');
      expect(webhooks).toMatchObject([{ name: 'Helpdesk', enabled: false, eventTypes: ['*'] }]);
    }, 120_000);

    it('an auditor looks at everything and finds no button that changes anything', async () => {
      await tenant.admin('PUT', `/sites/${site.id}/hours`, { weekly: [{ days: ['mo'], opens: '08:00', closes: '12:00' }] });
      await tenant.admin('PATCH', `/agents/${manager.id}`, { role: 'auditor' });
      const { page } = await at('hours', 'site', site.id);
      await page.getByText('Read only').first().waitFor();
      await page.getByRole('button', { name: 'Monday 08:00–12:00' }).waitFor();
      expect(await page.getByRole('button', { name: 'Monday 08:00–12:00' }).isDisabled()).toBe(true);
      const places = [[['hours', 'site', site.id], '.ask'], [['sites', site.id], '.copyable'], [['notices', site.id], '.preview'], [['plan'], '.facts']] as const;
      for (const [place, ready] of places) {
        await go(page, ...place);
        await page.locator(ready).first().waitFor();
        expect(await page.getByRole('button', { name: /^(Save|Add|Change|Remove|Import)/ }).and(page.locator(':enabled')).count()).toBe(0);
      }
    }, 120_000);

    it('every screen is accessible, light, dark and on a small phone, and never scrolls sideways', async () => {
      await tenant.addGroup('<b>Returns</b> & more');
      await tenant.admin('PUT', `/sites/${site.id}/hours`, {
        weekly: [{ days: ['mo', 'tu'], opens: '08:00', closes: '12:00' }, { days: ['sa'], opens: '20:00', closes: '02:00' }],
        exceptions: [{ from: '2099-12-24', to: '2099-12-26', closed: true, label: 'x'.repeat(190) }],
        holidays: { country: 'DE', region: 'BY' },
      });
      const hook = await tenant.admin<WebhookView>('POST', '/webhooks', { name: 'Hook', url: 'https://hooks.example.com/', eventTypes: ['StatusChanged'] });
      const { dashboard, page } = await at('hours', 'site', site.id);
      const looks = [
        { colorScheme: 'light', width: 1280, height: 900, only: 'hours' }, // the calendar of the week is drawn on wide windows only
        { colorScheme: 'dark', width: 320, height: 640, only: '' },
      ] as const;
      const screens: readonly (readonly [place: readonly string[], ready: string])[] = [
        [['hours', 'site', site.id], '.holiday-rows li'],
        [['sites'], '.site-row'],
        [['sites', site.id], '.copyable'],
        [['notices', site.id], '.preview'],
        [['plan'], '.plan-row'],
        [['webhooks'], '.webhook-row'],
        [['webhooks', hook.id], '.type-list'],
      ];
      for (const { colorScheme, width, height, only } of looks) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height });
        await page.reload();
        for (const [place, ready] of screens.filter(([[name]]) => only === '' || name === only)) {
          await go(page, ...place);
          await page.locator(ready).first().waitFor();
          expect([place, colorScheme, await dashboard.accessibilityFaults()]).toEqual([place, colorScheme, []]);
          expect([place, width, await dashboard.scrollsSideways()]).toEqual([place, width, false]);
        }
      }
    }, 240_000);
  });
});

/** 0 = Monday, where the site is. */
function weekdayNow(): number {
  const name = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: ZONE }).format(Date.now());
  return NAMES.indexOf(name as (typeof NAMES)[number]);
}

async function isFocused(locator: ReturnType<Page['locator']>): Promise<void> {
  await eventually(() => locator.evaluate((element) => element === document.activeElement), PATIENCE);
}
