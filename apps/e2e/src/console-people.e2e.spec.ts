import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { AgentView, GroupView, SiteView } from '#contract';
import { eventually, sharedAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, launchChromium } from './browser/index.js';
import { type Agent, Tenant } from './client/index.js';

/** A machine three times slower than ours still does it; ms. */
const PATIENCE = { within: 30_000, every: 100 };
const XSS = '<img src=x onerror="document.title=1"> & "Eve"';

inChromium('the console in a real browser', 'the console is unproven', (program) => {
  describe('the console, as a manager uses it', () => {
    let browser: Browser;
    let world: World;
    let opened: DashboardPage[] = [];

    beforeAll(async () => {
      browser = await launchChromium(program);
    }, 180_000);
    afterAll(() => browser?.close(), 60_000);
    beforeEach(async () => {
      world = await World.build();
    }, 60_000);
    afterEach(async () => {
      world.tenant.close();
      await Promise.all(opened.map(({ page }) => page.close()));
      opened = [];
    }, 60_000);

    const signedIn = async (who: Agent): Promise<DashboardPage> => {
      const dashboard = await DashboardPage.open(browser.context, sharedAmpel().urls.dashboard, { slot: who.id });
      opened.push(dashboard);
      return dashboard.signIn(world.tenant.slug, who.email, who.password);
    };
    const console_ = async (who: Agent, screen: string): Promise<Page> => {
      const { page } = await signedIn(who);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole('link', { name: screen, exact: true }).click();
      await page.getByRole('heading', { name: screen, level: 1 }).waitFor();
      return page;
    };
    const groupsOfAnna = async (): Promise<string[]> => (await world.anna.presence()).groupIds.map((id) => (id === world.de.id ? 'DE' : 'EN')).sort();

    it('by keyboard: somebody is put into a group, and its box opens at once', async () => {
      const page = await console_(world.manager, 'Groups');
      await world.anna.present();
      await page.locator('[data-group=DE] .member', { hasText: 'Anna' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Groups of Anna' }).getByLabel('EN').focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await page.locator('[data-group=EN] .member', { hasText: 'Anna' }).waitFor();
      const box = world.tenant.widget(world.site, world.en);
      await eventually(async () => (await box.status()).status === 'online', PATIENCE);
      expect(await groupsOfAnna()).toEqual(['DE', 'EN']);
    }, 120_000);

    it('case 28: out of the last group only after what it means has been read; a drag moves', async () => {
      const page = await console_(world.manager, 'Groups');
      await page.locator('[data-group=DE] .member', { hasText: 'Anna' }).dragTo(page.locator('[data-group=EN]'));
      await page.locator('[data-group=EN] .member', { hasText: 'Anna' }).waitFor();
      await eventually(async () => (await groupsOfAnna()).join() === 'EN', PATIENCE);

      const takeOut = async (answer: string): Promise<void> => {
        await page.locator('[data-group=EN] .member', { hasText: 'Anna' }).click();
        const groups = page.getByRole('dialog', { name: 'Groups of Anna' });
        await groups.getByLabel('EN').uncheck();
        await groups.getByRole('button', { name: 'Save' }).click();
        const warning = page.getByRole('dialog', { name: 'One person would be in no group' });
        await warning.getByText('counts for every group and for the whole site').waitFor();
        expect(await groupsOfAnna()).toEqual(['EN']); // it has not happened yet
        await warning.getByRole('button', { name: answer }).click();
      };
      await takeOut('Cancel');
      await page.locator('[data-group=EN] .member', { hasText: 'Anna' }).waitFor();
      await takeOut('Do it all the same');
      await page.locator('[data-group="No group"] .member', { hasText: 'Anna' }).waitFor();
      await eventually(async () => (await groupsOfAnna()).length === 0, PATIENCE);
    }, 120_000);

    it('case 29: deleting a group names those who would be in none, before it happens', async () => {
      const page = await console_(world.manager, 'Groups');
      const remove = async (): Promise<ReturnType<Page['getByRole']>> => {
        await page.locator('[data-group=DE]').getByRole('button', { name: 'More actions: DE' }).click();
        await page.getByRole('menuitem', { name: 'Delete…' }).click();
        return page.getByRole('dialog', { name: 'Delete DE?' });
      };
      const first = await remove();
      await first.getByText('Anna', { exact: true }).waitFor();
      await page.keyboard.press('Escape');
      expect(await world.groupNames()).toEqual(['DE', 'EN']);
      await (await remove()).getByRole('button', { name: 'Delete' }).click();
      await page.locator('[data-group=DE]').waitFor({ state: 'detached' });
      await eventually(async () => (await world.groupNames()).join() === 'EN', PATIENCE);
      expect(await groupsOfAnna()).toEqual([]);
    }, 120_000);

    it('case 19: somebody is set offline with a reason, and sees it on the own page; a session is ended', async () => {
      const desk = await signedIn(world.anna);
      await desk.choose(/^Online/);
      await desk.says('You are online');
      const page = await console_(world.manager, 'Team');
      await page.locator('[data-person=Anna] .pill.online').waitFor();
      await page.locator('[data-person=Anna] a').click();
      await page.getByRole('button', { name: 'Set offline' }).click();
      const dialog = page.getByRole('dialog', { name: 'Set Anna offline?' });
      await dialog.getByRole('button', { name: 'Set offline' }).click();
      await dialog.getByText('Please say why').waitFor(); // the API wants a reason
      await dialog.getByLabel('Reason').fill('went home, left the page open');
      await dialog.getByRole('button', { name: 'Set offline' }).click();
      await desk.page.bringToFront();
      await desk.says('You are offline');
      await page.bringToFront();
      await page.getByText('went home, left the page open').waitFor();
      await desk.page.close(); // it would come back with a session of its own
      await page.getByRole('button', { name: /^End session/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
      await page.getByText('Not signed in').first().waitFor();
      await eventually(async () => (await world.anna.presence()).sessions.length === 0, PATIENCE);
    }, 180_000);

    it('names that look like markup are names, on every screen', async () => {
      await world.tenant.admin('PATCH', `/agents/${world.anna.id}`, { name: XSS });
      await world.tenant.admin('PATCH', `/groups/${world.de.id}`, { name: XSS });
      const page = await console_(world.manager, 'Team');
      await page.locator('.person-name b', { hasText: XSS }).waitFor();
      await page.getByRole('link', { name: XSS }).click();
      await page.getByRole('heading', { name: XSS, level: 1 }).waitFor();
      await page.getByRole('link', { name: 'Groups', exact: true }).click();
      await page.locator('.member', { hasText: XSS }).click();
      await page.getByRole('dialog').getByText(XSS).first().waitFor();
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.title()).toBe('Groups · Ampel');
    }, 120_000);

    it('people are added by hand and from a table: first what would happen, line by line', async () => {
      const page = await console_(world.manager, 'Team');
      await page.getByRole('button', { name: 'Add person' }).click();
      const form = page.getByRole('dialog', { name: 'Add a person' });
      await form.getByLabel('Name').fill('Lea Sommer');
      await form.getByLabel('E-mail').fill('no address');
      await form.getByLabel('First password').fill('a-password-of-lea');
      await form.getByLabel('DE').check();
      await form.getByRole('button', { name: 'Add', exact: true }).click();
      await form.getByText('That is not an e-mail address.').waitFor();
      expect(await form.getByLabel('E-mail').evaluate((field) => field === document.activeElement)).toBe(true);
      await form.getByLabel('E-mail').fill('lea@example.com');
      await form.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('heading', { name: 'Lea Sommer', level: 1 }).waitFor();
      expect(await world.emails()).toContain('lea@example.com');

      await page.getByRole('link', { name: '‹ Team' }).click();
      await page.getByRole('link', { name: 'Import people' }).click();
      await page.getByLabel('Lines').fill('email,name,groups\nnew@example.com,New One,EN\nnot an address,Nobody,\nlea@example.com,Lea Winter,');
      await page.getByRole('button', { name: 'Check the lines' }).click();
      await page.getByText('Nothing is stored yet.').waitFor();
      await page.getByText('E-mail: is no e-mail address').waitFor();
      expect(await world.emails()).not.toContain('new@example.com');
      await page.getByRole('button', { name: 'Import 2 people' }).click();
      await page.getByText('Added: one person. Updated: one person. One line was refused.').waitFor();
      expect(await world.emails()).toContain('new@example.com');
    }, 120_000);

    it('who only looks finds no button that changes anything, and may have everything verified; who only answers finds no console', async () => {
      const auditor = await world.person('Aud', 'auditor');
      const page = await console_(auditor, 'Groups');
      await page.locator('[data-group=DE] .member', { hasText: 'Anna' }).waitFor();
      expect(await page.getByText('Read only').count()).toBe(1);
      expect(await page.getByRole('button', { name: /New group|Add people|More actions/ }).count()).toBe(0);
      expect(await page.locator('[draggable=true]').count()).toBe(0);
      await page.getByRole('link', { name: 'Verification', exact: true }).click();
      await page.getByRole('button', { name: 'Verify now' }).click();
      await page.getByText('What is shown is what the log says.').waitFor();
      await page.getByText(/^\d+ events of this account, up to position \d/).waitFor();
      expect(await page.getByRole('button', { name: 'Rebuild' }).count()).toBe(0);
      const { page: desk } = await signedIn(world.anna);
      expect(await desk.getByRole('link', { name: /Team|Groups|API keys/ }).count()).toBe(0);
    }, 120_000);

    it('a key is shown once, and revoked', async () => {
      const owner = await world.person('Olga', 'owner');
      const page = await console_(owner, 'API keys');
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByLabel('Name').fill('Shop system');
      await page.getByRole('button', { name: 'Create key' }).click();
      const key = await page.getByLabel('API key', { exact: true }).innerText();
      expect(key).toMatch(/^ak_/);
      const ask = () => fetch(`${sharedAmpel().urls.admin}/admin/v1/tenants/${world.tenant.id}`, { headers: { authorization: `Bearer ${key}` } });
      expect((await ask()).status).toBe(200);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('button', { name: 'More actions: Shop system' }).click();
      await page.getByRole('menuitem', { name: 'Revoke' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('There are no API keys.').waitFor();
      await eventually(async () => (await ask()).status === 401, PATIENCE);
    }, 120_000);

    it('every screen is accessible, light and dark, and fits a phone of 320 px', async () => {
      const owner = await world.person('Olga', 'owner');
      const dashboard = await signedIn(owner);
      const { page } = dashboard;
      await world.anna.present();
      const looks = [
        { colorScheme: 'light', width: 1280, height: 900 },
        { colorScheme: 'dark', width: 320, height: 640 },
      ] as const;
      const screens: readonly (readonly [string, string])[] = [
        ['#/team', '[data-person=Anna] .pill.online'],
        [`#/team/${world.anna.id}`, '.device-row'],
        ['#/team/import', 'textarea'],
        ['#/groups', '[data-group=DE] .member'],
        ['#/api-keys', '.empty'],
        ['#/record', '.record-line'],
        ['#/verification', '.verification-actions'],
      ];
      for (const [place, sign] of screens) {
        await page.evaluate((hash) => (location.hash = hash), place);
        await page.locator(sign).first().waitFor();
        for (const { colorScheme, width, height } of looks) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height });
          expect([place, colorScheme, await dashboard.accessibilityFaults()]).toEqual([place, colorScheme, []]);
          expect([place, width, await dashboard.scrollsSideways()]).toEqual([place, width, false]);
        }
      }
    }, 240_000);
  });
});

/** A tenant with a site, two groups, a manager, and Anna, who is in DE. */
class World {
  private constructor(
    readonly tenant: Tenant,
    readonly site: SiteView,
    readonly de: GroupView,
    readonly en: GroupView,
    readonly manager: Agent,
    readonly anna: Agent,
  ) {}

  static async build(): Promise<World> {
    const tenant = await Tenant.add(sharedAmpel());
    const [site, de, en] = await Promise.all([tenant.addSite(), tenant.addGroup('DE'), tenant.addGroup('EN')]);
    const [manager, anna] = await Promise.all([tenant.addAgent([en]), tenant.addAgent([de])]);
    await tenant.admin('PATCH', `/agents/${manager.id}`, { name: 'Max', role: 'manager' });
    await tenant.admin('PATCH', `/agents/${anna.id}`, { name: 'Anna' });
    return new World(tenant, site, de, en, manager, anna);
  }

  async person(name: string, role: AgentView['role']): Promise<Agent> {
    const agent = await this.tenant.addAgent([this.en]);
    await this.tenant.admin('PATCH', `/agents/${agent.id}`, { name, role });
    return agent;
  }

  async groupNames(): Promise<string[]> {
    const { groups } = await this.tenant.admin<{ groups: GroupView[] }>('GET', '/groups');
    return groups.map(({ name }) => name).sort();
  }

  async emails(): Promise<string[]> {
    const { agents } = await this.tenant.admin<{ agents: AgentView[] }>('GET', '/agents');
    return agents.map(({ email }) => email);
  }
}
