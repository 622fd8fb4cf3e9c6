import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type ReadyAmpel, startAmpel } from '#testing';
import { inChromium } from './browser/in-chromium.fixture.js';
import { type Browser, launchChromium, PageServer, Tab } from './browser/index.js';
import { type Agent, Tenant, type Widget } from './client/index.js';

/** Seconds: short, so that several pass in a spec; beats come every 2 s, pings every 1.7 s. */
const LEASE = 8;
const HEARTBEAT = LEASE / 4;
const PING = (HEARTBEAT / 30) * 25;

inChromium('presence in a real browser', 'the browser part of cases 10, 13-15, 21 and 22 is unproven', (program) => {
  describe('presence in a real browser (behaviour, cases 10, 13, 14, 15, 21 and 22)', () => {
    let ampel: ReadyAmpel;
    let browser: Browser;
    let story: Story;
    beforeAll(async () => {
      ampel = await startAmpel({ env: { AMPEL_LEASE_SECONDS: String(LEASE), AMPEL_SEED: 'none' } });
      browser = await launchChromium(program);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await ampel?.stop();
      await ampel?.discard();
    }, 60_000);
    afterEach(() => story.end());

    it('case 13: a hidden tab with timers once a minute on a slow processor keeps presence over several leases', async () => {
      story = await Story.begin(ampel, browser);
      const tab = await (await story.tab()).signIn();
      await story.boxShows('online');
      await tab.slowDown(4);

      const other = await story.blankTab();
      await other.bringToFront();
      await eventually(() => tab.page.evaluate(() => document.visibilityState === 'hidden'));
      await throttled(tab);
      const since = performance.now();
      const ticks = await tab.ticks();
      await eventually(() => story.server.count('POST /heartbeat', since) >= (3 * LEASE) / PING, { within: 4 * LEASE * 1_000, every: 200 });

      expect(performance.now() - since).toBeGreaterThan(2.5 * LEASE * 1_000);
      expect((await tab.ticks()) - ticks).toBeLessThanOrEqual(2); // instead of ten a second
      expect(await story.expiries()).toEqual([]);
      expect(story.pushes()).toEqual([]);
      expect((await story.agent.presence()).sessions).toHaveLength(1);
    }, 90_000);

    it('case 14: five tabs beat like one; the leading one closed or frozen: another goes on, and the box never blinks', async () => {
      story = await Story.begin(ampel, browser);
      const tabs = [await (await story.tab()).signIn()];
      while (tabs.length < 5) tabs.push(await story.tab());
      await Promise.all(tabs.map((tab) => tab.knows('online')));
      await story.boxShows('online');
      expect([await leadersOf(tabs), story.server.openStreams]).toEqual([[tabs[0]], 1]);

      const since = performance.now();
      await eventually(() => story.server.count('POST /heartbeat', since) >= 8, { within: 4 * LEASE * 1_000, every: 50 });
      const beatsPerPing = (8 / (performance.now() - since)) * PING * 1_000;
      expect(beatsPerPing).toBeLessThan(1.3); // five tabs would make it five

      await tabs.shift()?.close();
      const [second] = await eventually(async () => (await leadersOf(tabs)).length === 1 && leadersOf(tabs));
      await Promise.all(tabs.map((tab) => tab.knows('online')));
      expect(story.server.openStreams).toBe(1);

      await second?.freeze(); // the browser does that to tabs in the background
      const awake = tabs.filter((tab) => tab !== second);
      await eventually(async () => (await leadersOf(awake)).length === 1);
      await Promise.all(awake.map((tab) => tab.knows('online')));
      const closedAt = performance.now();
      await eventually(() => story.server.count('POST /heartbeat', closedAt) >= (1.5 * LEASE) / PING, { within: 3 * LEASE * 1_000 });

      await second?.thaw();
      await second?.knows('online');
      expect(await leadersOf(tabs)).toHaveLength(1);
      expect([await story.expiries(), story.pushes()]).toEqual([[], []]);
    }, 120_000);

    it('five tabs whose access token has ended rotate it once, and all go on', async () => {
      story = await Story.begin(ampel, browser);
      const tabs = [await (await story.tab()).signIn()];
      await spoilAccessToken(tabs[0] as Tab);
      while (tabs.length < 5) tabs.push(await story.tab());
      await tabs[0]?.reload();

      const answers = await Promise.all(tabs.map((tab) => tab.setStatus('busy')));

      await Promise.all(tabs.map((tab) => tab.knows('busy')));
      expect(story.server.list('POST /tokens').map(({ status }) => status)).toEqual([200]);
      expect(answers.filter((answer) => answer?.kind === 'changed').length).toBeGreaterThanOrEqual(1);
      expect(answers.filter((answer) => answer?.kind !== 'changed' && answer?.kind !== 'conflict')).toEqual([]);
    }, 60_000);

    it('case 15: a laptop sleeps: offline after its lease; awake: a new session, online within 2 s of its first beat', async () => {
      story = await Story.begin(ampel, browser);
      const tab = await (await story.tab()).signIn();
      await story.boxShows('online');

      await tab.network(false);
      await tab.freeze();
      await story.boxShows('offline', (LEASE + 12) * 1_000);
      const [expiry] = await story.expiries();
      const { effectiveAt, recordedAt, data } = expiry as { effectiveAt: string; recordedAt: string; data: { lastSeenAt?: string } };
      expect(Date.parse(effectiveAt) - Date.parse(data.lastSeenAt ?? '')).toBeGreaterThanOrEqual(LEASE * 1_000);
      expect(Date.parse(recordedAt) - Date.parse(effectiveAt)).toBeLessThanOrEqual(3_000);
      const since = performance.now();
      await tab.thaw();
      await tab.network(true);

      const online = await story.boxShows('online', 10_000);
      const first = story.server.list('POST /heartbeat', since)[0];
      expect(first?.status).toBe(410);
      expect(online - (first?.at ?? 0)).toBeLessThan(2_000);
      await tab.knows('online');
      expect(story.server.count('POST /sessions', since)).toBe(1);
      expect(await story.expiries()).toHaveLength(1);
    }, 90_000);

    it('case 15 without a word to the page: every process of the browser stops, and finds out by its clocks', async () => {
      story = await Story.begin(ampel, browser);
      const tab = await (await story.tab()).signIn();
      await story.boxShows('online');

      browser.suspend();
      try {
        await story.boxShows('offline', (LEASE + 12) * 1_000);
      } finally {
        browser.wake();
      }
      const since = performance.now();

      const online = await story.boxShows('online', 10_000);
      const first = story.server.list('POST /heartbeat', since)[0];
      expect(online - (first?.at ?? 0)).toBeLessThan(2_000);
      expect((first?.at ?? Infinity) - since).toBeLessThan(5_000);
      await tab.knows('online');
      expect(story.server.count('POST /sessions', since)).toBe(1);
    }, 90_000);

    it('the network goes and comes: meanwhile nothing is shown as known, then the newest state; presence has not ended', async () => {
      story = await Story.begin(ampel, browser);
      const tab = await (await story.tab()).signIn();
      const phone = await story.agent.signIn('mobile');
      await phone.heartbeat();

      await tab.network(false);
      await tab.knowsNothing();
      expect(await tab.view()).toMatchObject({ kind: 'unknown', lastKnown: { status: 'online' } });
      const before = (await tab.shown()).length;
      await phone.click('busy');
      expect(await tab.setStatus('offline')).toEqual({ kind: 'unreachable' });
      expect((await tab.shown()).slice(before - 1).filter(({ view }) => view.kind === 'known')).toEqual([]);
      await tab.network(true);

      await tab.knows('busy', 3_000);
      expect((await story.expiries()).filter(({ data }) => data['sessionId'] !== phone.session.sessionId)).toEqual([]);
      expect(story.server.count('POST /sessions')).toBe(1);
    }, 60_000);

    it('a stream that is dead on the way: after two missed pings nothing is known, then a new stream tells; presence goes on', async () => {
      story = await Story.begin(ampel, browser);
      const tab = await (await story.tab()).signIn();
      const since = performance.now();

      story.server.hushStreams();

      await eventually(async () => {
        const kinds = (await tab.shown()).map(({ view }) => view.kind);
        expect(kinds.slice(-3)).toEqual(['known', 'unknown', 'known']);
        expect(story.server.count('GET /stream', since)).toBe(1);
      }, { within: 4 * PING * 1_000 });
      expect(story.server.list('GET /stream', since).map(({ status }) => status)).toEqual([200]);
      expect([await story.expiries(), story.server.openStreams]).toEqual([[], 1]);
    }, 60_000);

    it('a page that the browser does not trust has no Web Locks: each tab beats, with a session of its own', async () => {
      story = await Story.begin(ampel, browser);
      const tabs = [await story.tab(story.server.insecureUrl), await story.tab(story.server.insecureUrl)];
      for (const tab of tabs) await tab.signIn();

      expect(await leadersOf(tabs)).toEqual(tabs);
      expect((await story.agent.presence()).sessions).toHaveLength(2);
      await tabs[0]?.setStatus('busy');
      await Promise.all(tabs.map((tab) => tab.knows('busy')));
      await tabs[1]?.reload();
      await tabs[1]?.knows('busy');
      expect([story.server.count('POST /sessions'), story.server.openStreams]).toEqual([2, 2]);
    }, 60_000);

    it('case 21: desktop and phone: offline on the phone, the desktop shows it within 1 s', async () => {
      story = await Story.begin(ampel, browser);
      const desktop = await (await story.tab()).signIn();
      const phone = await story.tab((await story.device('mobile')).url);
      await phone.page.evaluate(() => window.agentPage?.signIn());
      await phone.knows('online');

      const clicked = Date.now();
      expect(await phone.setStatus('offline')).toMatchObject({ kind: 'changed', state: { status: 'offline' } });

      expect((await desktop.knows('offline')) - clicked).toBeLessThan(1_000);
      await phone.knows('offline');
    }, 60_000);

    it('case 22: a device that has not heard of a change is refused, adopts the present state and says so', async () => {
      story = await Story.begin(ampel, browser);
      const desktop = await (await story.tab()).signIn();
      const phone = await story.agent.signIn('mobile');
      await desktop.network(false);
      await desktop.knowsNothing();
      await phone.click('busy');

      const answer = await desktop.wishOnceOnline('offline');

      expect(answer).toMatchObject({ kind: 'conflict', state: { status: 'busy' } });
      await desktop.knows('busy');
      expect((await phone.status()).status).toBe('busy');
    }, 60_000);

    it('signed out in one tab, all tabs know, no tab beats any more, and the box keeps the lease (rule 2)', async () => {
      story = await Story.begin(ampel, browser);
      const tabs = [await (await story.tab()).signIn(), await story.tab()];
      await Promise.all(tabs.map((tab) => tab.knows('online')));
      await story.boxShows('online');

      expect(await tabs[1]?.signOut()).toBe(true);

      await eventually(async () => (await Promise.all(tabs.map((tab) => tab.connection()))).every((one) => one?.kind === 'signed-out'));
      const since = performance.now();
      expect(story.pushes()).toEqual([]);
      await story.boxShows('offline', (LEASE + 12) * 1_000);
      expect([story.server.count('POST /heartbeat', since), story.server.count('GET /stream', since)]).toEqual([0, 0]);
    }, 60_000);
  });
});

/** One spec's tenant, agent, box, device and tabs. */
class Story {
  private readonly tabs: Tab[] = [];
  private readonly blanks: { close(): Promise<void> }[] = [];
  private readonly servers: PageServer[] = [];
  private pushesBefore = 0;

  private constructor(
    private readonly ampel: ReadyAmpel,
    private readonly browser: Browser,
    private readonly tenant: Tenant,
    readonly agent: Agent,
    private readonly box: Awaited<ReturnType<Widget['listen']>>,
  ) {}

  static async begin(ampel: ReadyAmpel, browser: Browser): Promise<Story> {
    const tenant = await Tenant.add(ampel);
    const box = await tenant.widget(await tenant.addSite()).listen();
    const story = new Story(ampel, browser, tenant, await tenant.addAgent(), box);
    await story.device('desktop');
    return story;
  }

  /** The desktop's site. */
  get server(): PageServer {
    return this.servers[0] as PageServer;
  }

  async device(device: 'desktop' | 'mobile'): Promise<PageServer> {
    const { email, password } = this.agent;
    const settings = { tenant: this.tenant.slug, email, password, device, pingSeconds: PING };
    const server = await PageServer.start(this.ampel.urls.agent, settings);
    this.servers.push(server);
    return server;
  }

  async tab(url = this.server.url): Promise<Tab> {
    const tab = await Tab.open(this.browser.context, url);
    this.tabs.push(tab);
    return tab;
  }

  async blankTab(): Promise<Tab['page']> {
    const page = await this.browser.context.newPage();
    this.blanks.push(page);
    return page;
  }

  /** Waits until the box shows this, which begins a new count of pushes; gives when it did (`performance.now()`). */
  async boxShows(status: string, within = 5_000): Promise<number> {
    const at = await this.box.shows(status, within);
    this.pushesBefore = this.box.pushes.length;
    return at;
  }

  /** What was pushed to the box since. */
  pushes(): string[] {
    return this.box.pushes.slice(this.pushesBefore);
  }

  expiries(): ReturnType<Tenant['events']> {
    return this.tenant.events(`type=HeartbeatExpired&agentId=${this.agent.id}`);
  }

  async end(): Promise<void> {
    await Promise.all([...this.tabs, ...this.blanks].map((tab) => tab.close().catch(() => undefined)));
    await Promise.all(this.servers.map((server) => server.close()));
    this.tenant.close();
  }
}

async function leadersOf(tabs: readonly Tab[]): Promise<Tab[]> {
  const connections = await Promise.all(tabs.map((tab) => tab.connection()));
  return tabs.filter((_, index) => connections[index]?.leading === true);
}

/** Waits until the browser treats the page's timers as those of a tab long hidden: three seconds in which none fires. */
async function throttled(tab: Tab): Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  const none = async (): Promise<boolean> => {
    const [before, ticks] = [last, await tab.ticks()];
    last = ticks;
    return ticks === before;
  };
  await eventually(none, { within: 30_000, every: 3_000 });
}

/** Puts an access token in place that is not good, as if its ten minutes were over. */
async function spoilAccessToken(tab: Tab): Promise<void> {
  await tab.page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('ampel', 1);
        opening.onsuccess = () => {
          const entries = opening.result.transaction('session', 'readwrite').objectStore('session');
          const reading = entries.get('own') as IDBRequest<{ accessToken: string }>;
          reading.onsuccess = () => entries.put({ ...reading.result, accessToken: 'ey.over' }, 'own');
          entries.transaction.oncomplete = () => resolve(opening.result.close());
          entries.transaction.onabort = () => reject(new Error('the store cannot be written'));
        };
      }),
  );
}
