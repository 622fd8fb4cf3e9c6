import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import type { SiteView } from '#contract';
import { AdminClient } from '../src/admin-client.js';
import type { Bench, Benchmark } from './benchmark.js';
import { openHouse } from './house.js';
import { amountRow, percentile } from './measure-pairs.js';
import { seedSessions, seedTenants, tokensOf } from './seed-sessions.js';

const ROUNDS = 5;
const CLICKS = 60; // of each round
/** A change that is not seen by then is none. */
const SEEN_MS = 5_000;

/** What both windows keep on their `window`; ms of the same clock: `timeOrigin` + `now()`. */
interface Marks {
  clickedAt?: number;
  /** What the service answered to the last click. */
  answer?: number;
  seenAt?: Record<string, number>;
}

/** F1: from a click in an agent's window to the first frame of a visitor's window that shows the change, all roles in their own processes. */
export const clickToVisible: Benchmark = {
  id: 'F1',
  title: 'click in one browser window to the visible change of the chat box in another',
  run: async (bench) => {
    const { findChromium, HostSite, launchChromium } = await import('#apps/e2e/src/browser/index');
    const program = findChromium();
    if (program === undefined) throw new Error('there is no Chromium: install it (apt-get install chromium) or set CHROMIUM_PATH');
    const house = await openHouse(bench, { AMPEL_LEASE_SECONDS: '3600' });
    const { origins } = await house.start(['admin-api', 'agent-api', 'widget-api', 'projector', 'relay', 'timekeeper']);
    const origin = (role: 'admin-api' | 'agent-api' | 'widget-api'): string => origins.get(role) ?? '';
    const host = await HostSite.start();
    bench.atEnd(() => host.close());
    const tenants = await seedTenants(house, origin('admin-api'), 1);
    const api = new AdminClient(origin('admin-api'), house.settings.adminToken);
    const body = { name: 'Shop', origins: [host.origin], timeZone: 'UTC' };
    const site = await api.send<SiteView>('POST', `/tenants/${tenants[0]?.tenantId}/sites`, body);
    const [token = ''] = tokensOf(house, await seedSessions(house, tenants, 1));

    const browser = await launchChromium(program);
    bench.atEnd(() => browser.close());
    const snippet = `<script src="${origin('widget-api')}/widget/v1/widget.js" data-site="${site.key}"></script>`;
    const agent = await agentWindow(browser.context, `${origin('agent-api')}/dashboard/`, token);
    const visitor = await visitorWindow(agent, host.add({ body: snippet }));
    return measure(bench, agent, visitor);
  },
};

/** A button in front of the agent API, as the dashboard's menu is one: its own origin, a real click. */
async function agentWindow(context: BrowserContext, url: string, token: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate((bearer) => {
    const button = document.createElement('button');
    button.textContent = 'change';
    button.style.cssText = 'position:fixed;inset:0';
    button.onclick = ({ timeStamp }) => {
      (window as Marks).clickedAt = performance.timeOrigin + timeStamp;
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': button.value };
      const asked = fetch('/agent/v1/status', { method: 'PUT', headers, body: JSON.stringify({ status: button.name }) });
      void asked.then(({ status }) => ((window as Marks).answer = status));
    };
    document.body.replaceChildren(button);
  }, token);
  return page;
}

/** A window of its own, so that the browser draws both. */
async function visitorWindow(opener: Page, url: string): Promise<Page> {
  const opened = opener.context().waitForEvent('page');
  await opener.evaluate((address) => void window.open(address, '_blank', 'popup,noopener,width=600,height=500'), url);
  const page = await opened;
  await page.waitForFunction(() => document.querySelector('chatbox-status')?.getAttribute('state'));
  await page.evaluate(() => {
    const marks = window as Marks;
    const seenAt: Record<string, number> = (marks.seenAt = {});
    document.addEventListener('statuschange', (event) => {
      const { status } = (event as CustomEvent<{ status: string }>).detail;
      // The first task after the next frame: what was changed is drawn.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => (seenAt[status] = performance.timeOrigin + performance.now());
        channel.port2.postMessage(null);
      });
    });
  });
  return page;
}

async function measure(bench: Bench, agent: Page, visitor: Page): Promise<ReturnType<typeof amountRow>[]> {
  const middles: number[] = [];
  const slowest: number[] = [];
  for (let round = 0; round <= (bench.quick ? 0 : ROUNDS); round++) {
    const times: number[] = [];
    for (let click = 0; click < (bench.quick ? 4 : CLICKS); click++) times.push(await once(agent, visitor, click % 2 === 0 ? 'busy' : 'online'));
    const [middle, slow] = [percentile(times, 0.5), percentile(times, 0.99)];
    bench.say(`  ${round === 0 ? 'warm-up' : `round ${round}`}: p50 ${middle.toFixed(1)} ms, p99 ${slow.toFixed(1)} ms`);
    if (round === 0 && !bench.quick) continue;
    middles.push(middle);
    slowest.push(slow);
  }
  const row = { id: 'F1', unit: 'ms', better: 'lower' } as const;
  return [
    amountRow(middles, { ...row, name: 'click to visible in another window, p50', goal: 50 }),
    amountRow(slowest, { ...row, name: 'click to visible in another window, p99', goal: 250 }),
  ];
}

/** Milliseconds from the click to the frame that shows it. */
async function once(agent: Page, visitor: Page, status: 'online' | 'busy'): Promise<number> {
  const before = await visitor.evaluate((name) => (window as Marks).seenAt?.[name] ?? 0, status);
  await agent.locator('button').evaluate((button: HTMLButtonElement, [name, key]) => Object.assign(button, { name, value: key }), [status, randomUUID()]);
  await agent.mouse.click(50, 50);
  const seen = await visitor.waitForFunction(
    ([name, former]) => {
      const at = (window as Marks).seenAt?.[name as string] ?? 0;
      return at > former ? at : false;
    },
    [status, before] as const,
    { timeout: SEEN_MS, polling: 5 },
  ).catch(async (cause: unknown) => {
    const answer = await agent.evaluate(() => [(window as Marks).clickedAt, (window as Marks).answer, document.visibilityState]);
    const state = await visitor.evaluate(() => [document.querySelector('chatbox-status')?.getAttribute('state'), document.visibilityState]);
    throw new Error(`the click on ${status} was not seen; agent: ${answer.join(' ')}; visitor: ${state.join(' ')}`, { cause });
  });
  const at = Number(await seen.jsonValue());
  return at - (await agent.evaluate(() => (window as Marks).clickedAt ?? Number.NaN));
}
