// npm run screens: photographs the main screens (light, dark, phone) into docs/screens/. Starts an Ampel of its own with the demo tenant,
// plays a short scene in it, and stops it again.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, root } from '../workbench/prepare.mjs';
import { progressOn } from '../workbench/progress.mjs';

const OUT = path.resolve(process.argv[2] ?? path.join(root, 'docs', 'screens'));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DESK = { width: 1200, height: 760 };
const CONSOLE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 780 };
const START_MS = 120_000;
/** Of this Ampel of a minute. */
const ADMIN_TOKEN = 'insecure-token-of-the-screens';

function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const places = (process.env.PATH ?? '').split(path.delimiter).flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const found = places.find((file) => existsSync(file));
  if (!found) throw new Error('There is no Chromium here: install it (apt-get install chromium) or set CHROMIUM_PATH.');
  return found;
}

/** An Ampel on a free port with data of its own. */
async function startAmpel() {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'ampel-screens-'));
  const env = { ...process.env, AMPEL_PORT: '0', AMPEL_DATA_DIR: dataDir, AMPEL_SEED: 'demo', AMPEL_ADMIN_TOKEN: ADMIN_TOKEN };
  const child = spawn(process.execPath, [path.join(root, 'apps/workbench/start.mjs')], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const runFile = path.join(dataDir, 'run.json');
  const until = Date.now() + START_MS;
  while (!existsSync(runFile)) {
    if (Date.now() > until || child.exitCode !== null) throw new Error('Ampel did not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { urls: JSON.parse(readFileSync(runFile, 'utf8')).urls, stop };
}

async function signIn(page, url, who) {
  await page.goto(url);
  await page.locator('input[name=tenant]').fill('demo');
  await page.locator('input[name=email]').fill(`${who}@demo.example`);
  await page.locator('input[name=password]').fill(`insecure-${who}`);
  await page.locator('form button.primary').click();
  await page.locator('.box .pill').first().waitFor();
}

async function choose(page, name) {
  await page.locator('.picture').click();
  await page.locator('.menu .item', { hasText: name }).first().click();
}

async function photograph(page, name) {
  await page.waitForTimeout(400); // what moves has come to rest
  await page.screenshot({ path: path.join(OUT, `${name}.png`), animations: 'disabled' });
}

async function scenes(browser, urls) {
  const dashboard = `${urls.dashboard}/dashboard/?lang=en`;
  const contexts = { light: { viewport: DESK, colorScheme: 'light' }, dark: { viewport: DESK, colorScheme: 'dark' }, phone: { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true } };
  for (const [look, options] of Object.entries(contexts)) {
    const context = await browser.newContext({ ...options, locale: 'en-GB', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(dashboard);
    await page.locator('input[name=tenant]').waitFor();
    await photograph(page, `sign-in-${look}`);
    await signIn(page, dashboard, 'anna');
    await choose(page, 'Online');
    await page.locator('.box .pill.online').first().waitFor();
    await photograph(page, `status-${look}`);
    await page.locator('.picture').click();
    await page.locator('.effect.serious').waitFor();
    await photograph(page, `menu-${look}`);
    await page.keyboard.press('Escape');
    await page.locator('nav a').nth(1).click();
    await page.locator('.inbox .message, .inbox .empty').first().waitFor();
    await photograph(page, `messages-${look}`);
    await context.close();
  }
}

/** The console of whoever looks after sites and hours. `places`: its part of the address, what is there once it is loaded, what is done then, and before. */
async function consoleScenes(browser, urls, places) {
  const dashboard = `${urls.dashboard}/dashboard/?lang=en`;
  const contexts = { light: { viewport: CONSOLE, colorScheme: 'light' }, dark: { viewport: CONSOLE, colorScheme: 'dark' }, phone: { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true } };
  for (const [look, options] of Object.entries(contexts)) {
    const context = await browser.newContext({ ...options, locale: 'en-GB', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await signIn(page, dashboard, 'mona');
    for (const [name, hash, ready, act, before] of places) {
      await before?.(page);
      await page.evaluate((to) => (location.hash = to), hash);
      await page.locator(ready).first().waitFor({ state: 'attached' });
      await act?.(page);
      await photograph(page, `${name}-${look}`);
    }
    await context.close();
  }
}

/** A team in which something is going on; gives the id of one of them. */
async function team(urls, admin, at) {
  const groups = Object.fromEntries((await admin('GET', `${at}/groups`)).groups.map(({ name, id }) => [name, id]));
  const people = [
    ['Lea Schmidt', ['DE'], 'online', { kind: 'desktop', name: 'Firefox, Windows' }],
    ['Jonas Wagner', ['DE', 'EN'], 'busy', { kind: 'desktop', name: 'Chrome, macOS' }],
    ['Mia Hoffmann', ['EN'], 'online', { kind: 'mobile', name: 'Safari, iOS' }],
    ['Noah Becker', ['EN'], 'offline', { kind: 'desktop', name: 'Edge, Windows' }],
    ['Emma Koch', ['DE']],
  ];
  let first;
  for (const [name, names, status, device] of people) {
    const email = `${name.split(' ')[0].toLowerCase()}@demo.example`;
    const { id } = await admin('POST', `${at}/agents`, { email, name, groupIds: names.map((group) => groups[group]) });
    first ??= id;
    if (device === undefined) continue;
    const { accessToken } = await admin('POST', `${at}/agents/${id}/sessions`, { device });
    await send('PUT', `${urls.agent}/agent/v1/status`, { status }, { authorization: `Bearer ${accessToken}` });
  }
  return first;
}

/** Somebody who may look after everything, and hours to look at. Gives the places that are photographed. */
async function furnish(urls) {
  const admin = (method, path, body) => send(method, `${urls.admin}/admin/v1${path}`, body, { authorization: `Bearer ${ADMIN_TOKEN}` });
  const { tenants } = await admin('GET', '/tenants');
  const at = `/tenants/${tenants.find(({ slug }) => slug === 'demo').id}`;
  await admin('POST', `${at}/agents`, { email: 'mona@demo.example', name: 'Mona Keller', password: 'insecure-mona', role: 'owner' });
  const [site] = (await admin('GET', `${at}/sites`)).sites;
  const year = new Date().getUTCFullYear();
  await admin('PUT', `${at}/sites/${site.id}/hours`, {
    weekly: [
      { days: ['mo', 'tu', 'we', 'th'], opens: '08:00', closes: '12:00' },
      { days: ['mo', 'tu', 'we', 'th'], opens: '13:00', closes: '17:30' },
      { days: ['fr'], opens: '08:00', closes: '15:00' },
      { days: ['sa'], opens: '20:00', closes: '02:00' },
    ],
    exceptions: [
      { from: `${year}-12-24`, to: `${year}-12-24`, intervals: [{ opens: '08:00', closes: '12:00' }], label: 'Christmas Eve' },
      { from: `${year}-12-28`, to: `${year}-12-31`, closed: true, label: 'Works holidays' },
    ],
    holidays: { country: 'DE', region: 'BY' },
  });
  const person = await team(urls, admin, at);
  return [
    ['team', '#/team', '.person .pill.busy'],
    ['person', `#/team/${person}`, '.device-row'],
    ['groups', '#/groups', '.member .mark.busy'],
    ['record', '#/record', '.record-line'],
    ['hours', `#/hours/site/${site.id}`, '.holiday-rows li'],
    ['site', `#/sites/${site.id}`, '.copyable'],
    ['notices', `#/notices/${site.id}`, '.preview'],
    ['plan', '#/plan', '.plan-row'],
    ['verification', '#/verification', '.verification-actions', verify],
    ['timeline', '#/timeline', '[data-lane=shown] path.online:not([d=""])', lookBack],
    ['what-if', `#/what-if/site/${site.id}`, '.what-if-form .week', suppose],
    ['reports', '#/reports', '.bar-chart canvas', undefined, (page) => page.route(/reports\/availability/, tellOfAWeek)],
  ];
}

/** A lively minute for the timeline: each click as its own agent makes it. */
async function liveAMinute(urls) {
  const people = {};
  for (const who of ['anna', 'bob']) {
    const session = { tenant: 'demo', email: `${who}@demo.example`, password: `insecure-${who}`, device: { kind: 'desktop' } };
    people[who] = { authorization: `Bearer ${(await post(`${urls.agent}/agent/v1/sessions`, session)).accessToken}` };
  }
  const clicks = 'bob offline, anna offline, bob busy, bob online, anna online, bob offline, anna busy, anna offline, bob online, bob busy, anna online, bob offline';
  for (const click of clicks.split(', ')) {
    const [who, status] = click.split(' ');
    await send('PUT', `${urls.agent}/agent/v1/status`, { status }, people[who]);
    await new Promise((resolve) => setTimeout(resolve, 1_500 + 700 * (click.length % 4)));
  }
}

/** So near that the lively minute is seen, and on the change before the last two. */
async function lookBack(page) {
  const slider = page.locator('.stage-slider');
  for (let back = 0; back < 6; back += 1) await slider.press('PageUp');
  for (let nearer = 0; nearer < 20; nearer += 1) await slider.press('+');
  await slider.evaluate((element) => element.blur());
  await page.locator('.moment-box .pill').waitFor();
}

/** An Ampel of a minute has no week to report: the answer is made up, in the form of a true one. */
async function tellOfAWeek(route) {
  const asked = new URL(route.request().url()).searchParams;
  const [from, H] = [Date.parse(asked.get('from')), 3_600];
  const boxes = [[8.6, 0.05, 0.9, 0.45], [9.1, 0.1, 0.7, 0.1], [7.4, 0.03, 1.2, 1.37], [9.4, 0.08, 0.5, 0.02], [8.2, 0.05, 1.5, 0.25], [3.6, 0, 0.3, 0.1], [0, 0, 0, 0]];
  const open = [10, 10, 10, 10, 10, 4, 0];
  const seconds = ([online, unattended, busy, missed], hours) => {
    const [onlineSeconds, unattendedOnlineSeconds, busySeconds, missedSeconds] = [online, unattended, busy, missed].map((part) => Math.round(part * H));
    const offlineSeconds = 24 * H - onlineSeconds - unattendedOnlineSeconds - busySeconds;
    return { onlineSeconds, unattendedOnlineSeconds, busySeconds, offlineSeconds, outsideHoursSeconds: (24 - hours) * H, missedSeconds };
  };
  const rfc = (at) => new Date(at).toISOString();
  const days = boxes.map((box, i) => ({ date: '', from: rfc(from + i * 24 * H * 1_000), to: rfc(from + (i + 1) * 24 * H * 1_000), ...seconds(box, open[i]) }));
  const total = (key) => days.reduce((sum, day) => sum + day[key], 0);
  const keys = ['onlineSeconds', 'unattendedOnlineSeconds', 'busySeconds', 'offlineSeconds', 'outsideHoursSeconds', 'missedSeconds'];
  const gap = (day, hour, minutes, because) => {
    const at = from + (day * 24 + hour) * H * 1_000;
    return { groupId: null, from: rfc(at), to: rfc(at + minutes * 60_000), because };
  };
  const to = rfc(from + 7 * 24 * H * 1_000);
  const site = { ...Object.fromEntries(keys.map((key) => [key, total(key)])), coverageAlerts: 4 };
  const coverageGaps = [gap(0, 8, 27, 'somebody-there'), gap(2, 12.1, 64, 'somebody-there'), gap(2, 17.7, 18, 'hours-ended'), gap(4, 16.2, 15, 'somebody-there')];
  const answer = { siteId: asked.get('siteId'), timeZone: 'Europe/Berlin', from: rfc(from), to, site, days, groups: [], agents: [], coverageGaps, knownAt: to, settled: true };
  await route.fulfill({ status: 200, contentType: 'application/json', headers: { 'access-control-allow-origin': '*' }, body: JSON.stringify(answer) });
}

/** It takes a moment, and then says how much was compared. */
async function verify(page) {
  await page.locator('.verification-actions .primary').click();
  await page.locator('.verification-run').first().waitFor();
  await page.locator('.verification-word').waitFor();
  await page.locator('.verification-hash summary').click();
}

/** The same day with Anna in EN: what the lively minute would have shown. */
async function suppose(page) {
  await page.getByLabel('Box', { exact: true }).selectOption({ label: 'EN' });
  await page.getByRole('button', { name: 'One day' }).click();
  await page.getByRole('button', { name: 'People’s groups' }).click();
  await page.getByLabel('Add a person').selectOption({ label: 'Anna' });
  await page.getByRole('group', { name: 'Groups of Anna' }).getByRole('checkbox', { name: 'EN' }).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const slider = page.locator('.stage-slider');
  await slider.waitFor();
  await slider.press('End');
  for (let nearer = 0; nearer < 18; nearer += 1) await slider.press('+');
  for (let back = 0; back < 3; back += 1) await slider.press('PageUp');
  await slider.evaluate((element) => element.blur());
  await page.locator('.card.explorer').evaluate((card) => scrollTo(0, scrollY + card.getBoundingClientRect().top - 76)); // below the head of the page
}

/** Something for the inbox, as visitors write it. */
async function visitorsWrite(urls) {
  const session = await post(`${urls.agent}/agent/v1/sessions`, { tenant: 'demo', email: 'uma@demo.example', password: 'insecure-uma', device: { kind: 'desktop' } });
  const bearer = { authorization: `Bearer ${session.accessToken}` };
  const { boxes } = await (await fetch(`${urls.agent}/agent/v1/boxes`, { headers: bearer })).json();
  const { site } = boxes[0];
  const de = boxes.find(({ group }) => group?.name === 'DE')?.group.id;
  const texts = [
    ['c1', 'mira@example.com', 'Guten Tag! Kommt die blaue Kanne bald wieder herein? Ich suche sie als Geschenk für Samstag.', de],
    ['c2', 'jon@example.org', 'Hi, my parcel says delivered, but nothing is here. Could you have a look? Order 4711.', undefined],
    ['c3', 'lea@example.net', 'Do you ship to Switzerland?', undefined],
  ];
  for (const [conversation, email, text, group] of texts) {
    const query = group ? `?group=${group}` : '';
    await post(`${urls.widget}/widget/v1/sites/${site.key}/conversations/${conversation}/messages${query}`, { visitor: `visitor-${conversation}`, text, email });
  }
  await fetch(`${urls.agent}/agent/v1/session?status=offline`, { method: 'DELETE', headers: bearer });
}

const post = (url, body) => send('POST', url, body);

async function send(method, url, body, headers = {}) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers: { ...type, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

mkdirSync(OUT, { recursive: true });
await ensureBuilt(progressOn(process.stdout).step);
const ampel = await startAmpel();
try {
  await visitorsWrite(ampel.urls);
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'] });
  try {
    await scenes(browser, ampel.urls);
    await liveAMinute(ampel.urls);
    await consoleScenes(browser, ampel.urls, await furnish(ampel.urls));
  } finally {
    await browser.close();
  }
} finally {
  await ampel.stop();
}
