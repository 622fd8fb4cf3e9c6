import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, DashboardPage, launchChromium } from './browser/index.js';

/** Seconds: long enough for a machine that stutters, short enough to watch it end. */
const LEASE = 15;
const LEASE_PATIENCE_MS = 6 * LEASE * 1_000;

inChromium('the dashboard in a real browser', 'the dashboard is unproven', (program) => {
  describe('the dashboard, as a person uses it', () => {
    let ampel: ReadyAmpel;
    let browser: Browser;
    let house: House;
    let opened: DashboardPage[] = [];

    beforeAll(async () => {
      ampel = await startAmpel({ env: { AMPEL_LEASE_SECONDS: String(LEASE), AMPEL_SEED: 'none' } });
      browser = await launchChromium(program);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await ampel?.stop();
      await ampel?.discard();
    }, 60_000);
    beforeEach(async () => {
      house = await House.build(ampel);
    }, 60_000);
    afterEach(async () => {
      await Promise.all(opened.map(({ page }) => page.close()));
      opened = [];
    }, 60_000);

    const anna = async (slot = `desk-${house.slug}`, device = 'desktop'): Promise<DashboardPage> => {
      const dashboard = await DashboardPage.open(browser.context, ampel.urls.dashboard, { slot, device });
      opened.push(dashboard);
      return dashboard.signIn(house.slug, house.email, PASSWORD);
    };

    it('cases 1, 3, 24: a click on the profile picture, and the box is open; offline, and it is closed at once', async () => {
      const dashboard = await anna();
      await dashboard.says('You are offline');
      expect(await house.shows('DE')).toBe('offline');
      await dashboard.choose(/^Online/);
      await dashboard.says('You are online');
      await house.untilShows('DE', 'online');
      await dashboard.boxShows('DE', 'Online');
      await dashboard.boxShows('EN', 'Offline');
      expect(await dashboard.box('DE').innerText()).toContain('Because you are online.');

      const menu = await dashboard.openMenu();
      await menu.getByText('You are the last one in DE: the box goes offline there').waitFor(); // said before the click
      await menu.getByRole('menuitemradio', { name: /^Offline/ }).click();
      await house.untilShows('DE', 'offline');
      await dashboard.boxShows('DE', 'Offline');
    }, 120_000);

    it('what others change is told by the stream, in every tab of the device: no page waits for its next look', async () => {
      await anna();
      const following = await DashboardPage.open(browser.context, ampel.urls.dashboard, { slot: `desk-${house.slug}` });
      opened.push(following);
      await following.page.addInitScript(() => {
        const every = window.setInterval.bind(window);
        // looks that come by the clock never come
        Object.assign(window, { setInterval: (work: () => void, ms: number) => (ms >= 3_000 ? 0 : every(work, ms)) });
      });
      await following.page.reload();
      await following.boxShows('EN', 'Offline');
      for (const [mode, shown] of [['force-online', 'Online'], ['agents', 'Offline'], ['force-online', 'Online']] as const) {
        await house.setMode(mode);
        await following.boxShows('EN', shown);
      }
    }, 120_000);

    it('case 21: what is clicked on the phone is seen on the desktop, and each lists the other', async () => {
      const desk = await anna();
      const phone = await anna(`phone-${house.slug}`, 'mobile');
      await phone.choose(/^Busy/);
      await phone.says('You are busy');
      await desk.page.bringToFront();
      await desk.says('You are busy');
      await eventually(async () => (await desk.page.locator('.device').count()) === 2, { within: 30_000 });
    }, 120_000);

    it('case 45: busy for 15 minutes says until when, and by keyboard', async () => {
      const dashboard = await anna();
      await dashboard.page.locator('.picture').focus();
      await dashboard.page.keyboard.press('Enter');
      const menu = dashboard.page.getByRole('menu');
      await menu.waitFor();
      const fifteen = menu.getByRole('menuitem', { name: '15 minutes' });
      await eventually(async () => {
        await dashboard.page.keyboard.press('ArrowDown');
        return fifteen.evaluate((item) => item === document.activeElement);
      }, { within: 30_000 });
      await dashboard.page.keyboard.press('Enter');
      await dashboard.says('You are busy');
      await dashboard.page.getByText(/^until .+, then your earlier status returns$/).waitFor();
      await house.untilShows('DE', 'busy');
    }, 120_000);

    it('case 6: signed out, the box stays open until the lease has run out, and the page counts down', async () => {
      const forgotten = await anna(`laptop-${house.slug}`);
      await forgotten.page.close(); // as a lid that is shut
      const dashboard = await anna();
      await dashboard.choose(/^Online/);
      await house.untilShows('DE', 'online');
      await dashboard.choose(/^Sign out (Visitors|Another)/);
      await dashboard.page.getByText(/^You are signed out\b/).waitFor(); // the laptop may still count as there
      await house.untilShows('DE', 'offline', LEASE_PATIENCE_MS);
      await dashboard.page.getByText(/^You are signed out(, and visitors do not see you any more| on this device\. Visitors see you as long as)/).waitFor({ timeout: LEASE_PATIENCE_MS });

      // case 10: the laptop wakes up, and its session is over
      const awake = await DashboardPage.open(browser.context, ampel.urls.dashboard, { slot: `laptop-${house.slug}` });
      opened.push(awake);
      await awake.page.getByText(/^This device gave no sign of life for too long/).waitFor();
      await awake.signIn(house.slug, house.email, PASSWORD);
      await awake.says('You are online'); // behaviour D12
    }, 180_000);

    it('case 19: set offline by somebody else, the page says who and why, and what to do', async () => {
      const dashboard = await anna();
      await dashboard.choose(/^Online/);
      await house.untilShows('DE', 'online');
      await house.setOffline('Nobody answered since noon');
      await dashboard.says('You are offline');
      const told = dashboard.page.locator('.forced');
      await told.getByText('The platform set you offline').waitFor({ timeout: 15_000 });
      expect(await told.innerText()).toContain('“Nobody answered since noon”');
      await told.getByRole('button', { name: 'Go online' }).click();
      await dashboard.says('You are online');
      await house.untilShows('DE', 'online');
      expect(await told.count()).toBe(0);
    }, 120_000);

    it('a session that a manager has ended stays ended: the page asks for a sign-in, and says why', async () => {
      const dashboard = await anna();
      await dashboard.choose(/^Online/);
      await house.untilShows('DE', 'online');
      await house.endSessions();
      await dashboard.page.getByText(/^Somebody who looks after your account has ended the session/).waitFor();
      await dashboard.page.getByRole('button', { name: 'Sign in' }).waitFor();
      await house.untilShows('DE', 'offline');
    }, 120_000);

    it('sign out and go offline: at once', async () => {
      const dashboard = await anna();
      await dashboard.choose(/^Online/);
      await house.untilShows('DE', 'online');
      await dashboard.choose(/^Sign out and go offline/);
      await dashboard.page.getByText('You are signed out and offline.').waitFor();
      await house.untilShows('DE', 'offline');
    }, 120_000);

    it('without a network it says "reconnecting" and no status; with it, the status is back', async () => {
      const dashboard = await anna();
      await dashboard.choose(/^Online/);
      await dashboard.says('You are online');
      await dashboard.network(false);
      await dashboard.says('Reconnecting');
      expect(await dashboard.page.locator('.box .pill.online').count()).toBe(0);
      await dashboard.network(true);
      await dashboard.says('You are online');
    }, 120_000);

    it('names that look like markup are names', async () => {
      const name = '<img src=x onerror="document.title=1"> & "Anna"';
      await house.rename(name);
      const dashboard = await anna();
      await eventually(async () => (await dashboard.page.locator('.picture-words b').innerText()) === name, { within: 30_000 });
      await house.write('<script>document.title=1</script>', 'a@b.example');
      await dashboard.page.getByRole('link', { name: 'Messages' }).click();
      await dashboard.page.getByText('<script>document.title=1</script>').waitFor();
      expect(await dashboard.page.locator('main img, main script').count()).toBe(0);
      expect(await dashboard.page.title()).toBe('Messages · Ampel');
    }, 120_000);

    it('every screen is accessible, light, dark and on a small phone, and never scrolls sideways', async () => {
      const dashboard = await DashboardPage.open(browser.context, ampel.urls.dashboard, { slot: `axe-${house.slug}` });
      opened.push(dashboard);
      const { page } = dashboard;
      await page.getByLabel('Account').waitFor();
      const looks = [
        { colorScheme: 'light', width: 1200, height: 800 },
        { colorScheme: 'dark', width: 320, height: 640 },
      ] as const;
      const look = async (at: string): Promise<void> => {
        for (const { colorScheme, width, height } of looks) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize({ width, height });
          expect([at, colorScheme, await dashboard.accessibilityFaults()]).toEqual([at, colorScheme, []]);
          expect([at, width, await dashboard.scrollsSideways()]).toEqual([at, width, false]);
        }
      };
      await look('sign-in');
      await dashboard.signIn(house.slug, house.email, PASSWORD);
      await dashboard.boxShows('DE', 'Offline');
      await look('status');
      await dashboard.openMenu();
      await page.getByText('The box of DE opens').waitFor();
      await look('menu');
      await page.keyboard.press('Escape');
      await house.write('Do you ship to Switzerland?', 'lea@example.net');
      await page.getByRole('link', { name: 'Messages' }).click();
      await page.getByText('Do you ship to Switzerland?').waitFor();
      await look('messages');
    }, 180_000);

    it('a restart of the service: "reconnecting" meanwhile, then the same status, without a new sign-in (behaviour D10)', async () => {
      const dashboard = await anna();
      await dashboard.choose(/^Busy/);
      await dashboard.says('You are busy');
      const { dataDir, urls } = ampel;
      await ampel.stop();
      await dashboard.says('Reconnecting');
      const port = new URL(urls.dashboard).port;
      const again = await startAmpel({ dataDir, env: { AMPEL_PORT: port, AMPEL_LEASE_SECONDS: String(LEASE), AMPEL_SEED: 'none' } });
      ampel = { ...again, discard: ampel.discard };
      await dashboard.says('You are busy');
      await house.untilShows('DE', 'busy');
    }, 240_000);
  });
});

const PASSWORD = 'insecure password of Anna';

/** A tenant with a site, two groups, and Anna, who is in DE. */
class House {
  static #built = 0;

  private constructor(
    private readonly ampel: ReadyAmpel,
    readonly slug: string,
    readonly email: string,
    private readonly path: string,
    private readonly siteId: string,
    private readonly siteKey: string,
    private readonly groups: ReadonlyMap<string, string>,
    private readonly annaId: string,
  ) {}

  static async build(ampel: ReadyAmpel): Promise<House> {
    House.#built += 1;
    const slug = `house-${House.#built}`;
    const { id } = await admin(ampel, 'POST', '/tenants', { slug, name: 'A house' });
    const path = `/tenants/${id}`;
    const site = await admin(ampel, 'POST', `${path}/sites`, { name: 'Shop', origins: [], timeZone: 'Europe/Berlin' });
    const groups = new Map<string, string>();
    for (const name of ['DE', 'EN']) groups.set(name, (await admin(ampel, 'POST', `${path}/groups`, { name })).id ?? '');
    const email = `anna@${slug}.example`;
    const anna = await admin(ampel, 'POST', `${path}/agents`, { email, name: 'Anna Berg', password: PASSWORD, groupIds: [groups.get('DE')] });
    return new House(ampel, slug, email, path, site.id ?? '', site.key ?? '', groups, anna.id ?? '');
  }

  /** What a visitor of the group gets. */
  async shows(group: string): Promise<string> {
    const answer = await fetch(`${this.ampel.urls.widget}/widget/v1/sites/${this.siteKey}/status?group=${this.groups.get(group)}`);
    return ((await answer.json()) as { status: string }).status;
  }

  async untilShows(group: string, status: string, within = 30_000): Promise<void> {
    await eventually(async () => (await this.shows(group)) === status, { within, every: 50 });
  }

  async rename(name: string): Promise<void> {
    await admin(this.ampel, 'PATCH', `${this.path}/agents/${this.annaId}`, { name });
  }

  /** As the console does it for a lost device. */
  async endSessions(): Promise<void> {
    const at = `${this.ampel.urls.admin}/admin/v1${this.path}/agents/${this.annaId}`;
    const headers = { authorization: `Bearer ${this.ampel.adminToken}` };
    const { sessions } = (await (await fetch(at, { headers })).json()) as { sessions: { id: string }[] };
    for (const { id } of sessions) expect((await fetch(`${at}/sessions/${id}`, { method: 'DELETE', headers })).status).toBe(204);
  }

  async setMode(mode: string): Promise<void> {
    await admin(this.ampel, 'PUT', `${this.path}/sites/${this.siteId}/mode`, { mode });
  }

  async setOffline(reason: string): Promise<void> {
    await admin(this.ampel, 'PUT', `${this.path}/agents/${this.annaId}/status`, { status: 'offline', reason });
  }

  async write(text: string, email: string): Promise<void> {
    const url = `${this.ampel.urls.widget}/widget/v1/sites/${this.siteKey}/conversations/c1/messages`;
    const body = JSON.stringify({ visitor: 'v1', text, email });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(202);
  }
}

async function admin(ampel: ReadyAmpel, method: string, path: string, body: object): Promise<{ id?: string; key?: string }> {
  const headers = { authorization: `Bearer ${ampel.adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${ampel.urls.admin}/admin/v1${path}`, { method, headers, body: JSON.stringify(body) });
  expect([path, answer.ok, answer.status]).toEqual([path, true, answer.status]);
  return (await answer.json()) as { id?: string; key?: string };
}
