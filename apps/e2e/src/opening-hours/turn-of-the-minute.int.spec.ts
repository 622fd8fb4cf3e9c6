import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SiteView, WidgetStatus } from '#contract';
import { eventually } from '#testing';
import { EventStream } from '../client/event-stream.js';
import { call, Tenant, type WidgetStream } from '../client/index.js';
import { House } from '../presence/house.fixture.js';

const MINUTE_MS = 60_000;
const DAYS = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'];
/** What is left of the minute when hours are saved and a role is stopped; a machine that needs longer takes the next minute. */
const ENOUGH_MS = 12_000;
const HOLD_MINUTES = 30;

/** A site with an agent who stays online, in a house of its own. */
interface Shop {
  readonly house: House;
  readonly tenant: Tenant;
  readonly site: SiteView;
  readonly box: WidgetStream;
}

async function openShop(services: readonly string[]): Promise<Shop> {
  const house = await House.start(300, services);
  const tenant = await Tenant.add(house);
  const site = await tenant.addSite();
  await (await tenant.addAgent()).present('online');
  return { house, tenant, site, box: await (await tenant.widget(site).listen()).startsAs('online') };
}

const wall = (at: number): string => new Date(at).toISOString().slice(11, 16);
const rfc = (at: number): string => new Date(at).toISOString();
/** Closes at this minute and opens an hour later, every day. */
const closingAt = (at: number) => ({ timeZone: 'UTC', weekly: [{ days: DAYS, opens: wall(at + 60 * MINUTE_MS), closes: wall(at) }] });
const ended = ({ tenant }: Shop) => tenant.events('type=OpeningEnded');

let well: Shop;
let alone: Shop;
beforeAll(async () => {
  well = await openShop(['agent-api admin-api projector widget-api', 'timekeeper']);
  alone = await openShop(['agent-api admin-api widget-api', 'projector']);
}, 90_000);
afterAll(async () => {
  for (const shop of [well, alone]) {
    shop?.tenant.close();
    await shop?.house.stop();
  }
}, 60_000);

/** Saves hours that end at a coming minute in both houses, and stops in one of them whoever could tell it. Gives that minute. */
async function saveHours(): Promise<number> {
  const soon = Date.now() + ENOUGH_MS;
  const at = soon - (soon % MINUTE_MS) + MINUTE_MS;
  const tooLate = (): boolean => Date.now() > at - 3_000;
  for (const { tenant, site, box } of [well, alone]) {
    await tenant.admin('PUT', `/sites/${site.id}/hours`, closingAt(at));
    // `next` announces it beforehand, to whoever asks and to whoever listens.
    const announced = async (): Promise<boolean> => {
      const { status, next } = await tenant.widget(site).status();
      return status === 'online' && next?.at === rfc(at) && next.status === 'offline' && box.last.next?.at === rfc(at);
    };
    await eventually(async () => tooLate() || (await announced()), { within: MINUTE_MS });
    if (tooLate()) return saveHours();
    await box.startsAs('online');
  }
  await alone.house.stopService('projector');
  if (!tooLate()) return at;
  await alone.house.startService('projector');
  return saveHours();
}

describe('hours that end at the coming minute (cases 31, 35, 43)', () => {
  it('turn the box at that instant for everybody but who is in a conversation; with nobody to tell it the readers know, and the log says it later', async () => {
    await well.tenant.admin('PATCH', '', { conversationHoldMinutes: HOLD_MINUTES });
    await well.tenant.ask('POST', '/conversations/c1/events', { type: 'visitor-message', siteId: well.site.id, visitor: 'vera' });
    const veras = `${well.house.urls.widget}/widget/v1/sites/${well.site.key}`;
    const vera = await EventStream.open<WidgetStatus>(`${veras}/stream?visitor=vera`);
    const at = await saveHours();

    // The push, not before its time, with the nominal time in it.
    await Promise.all([well, alone].map(({ box }) => box.shows('offline', 2 * MINUTE_MS)));
    for (const { box, tenant, site } of [well, alone]) {
      expect(box.pushes).toEqual(['offline']);
      // The last one: a box that listens before the agent's click is projected begins with a frame that says offline, too.
      const push = box.events.frames.findLast(({ data }) => data.status === 'offline');
      expect(push?.data).toMatchObject({ since: rfc(at) });
      expect(performance.timeOrigin + (push?.at ?? 0)).toBeGreaterThanOrEqual(at - 500); // two clocks of one machine
      expect(await tenant.widget(site).status()).toMatchObject({ status: 'offline', since: rfc(at) });
    }

    // Told by the timekeeper, with the nominal time; known since when it was recorded.
    const [told] = await eventually(async () => {
      const events = await ended(well);
      return events.length > 0 && events;
    }, { within: 10_000 });
    expect(told).toMatchObject({ effectiveAt: rfc(at), data: { upcoming: [{ at: rfc(at + 60 * MINUTE_MS), open: true }, {}, {}] } });
    expect(Date.parse(told?.recordedAt ?? '')).toBeGreaterThanOrEqual(at);
    await eventually(async () => expect((await well.tenant.widget(well.site).status()).next).toEqual({ at: rfc(at + 60 * MINUTE_MS), status: 'online' }));

    // Vera is in a conversation: online until it ends, for half an hour at most.
    const hers = async () => (await call<WidgetStatus>('GET', `${veras}/status?visitor=vera`)).body;
    await eventually(async () => expect(await hers()).toMatchObject({ status: 'online', next: { at: rfc(at + HOLD_MINUTES * MINUTE_MS), status: 'offline' } }));
    expect(new Set(vera.frames.filter(({ event }) => event === 'status').map(({ data }) => data.status))).toEqual(new Set(['online']));
    await well.tenant.ask('POST', '/conversations/c1/events', { type: 'ended', siteId: well.site.id, visitor: 'vera' });
    await vera.until(({ status }) => status === 'offline');
    vera.close();

    // Nobody has told it where the timekeeper and the projector are away: the projector, back alone, tells it in the timekeeper's place.
    expect(await ended(alone)).toEqual([]);
    await alone.house.startService('projector');
    const [late] = await eventually(async () => {
      const events = await ended(alone);
      return events.length > 0 && events;
    }, { within: 30_000 });
    expect(late?.effectiveAt).toBe(rfc(at));
    expect(Date.parse(late?.recordedAt ?? '')).toBeGreaterThan(at);
    // The timekeeper, back too, has nothing to add.
    await alone.house.startService('timekeeper');
    await eventually(async () => expect((await alone.tenant.widget(alone.site).status()).next).toEqual({ at: rfc(at + 60 * MINUTE_MS), status: 'online' }), { within: 10_000 });
    expect(await ended(alone)).toHaveLength(1);
    expect(alone.box.pushes).toEqual(['offline']);
  }, 240_000);
});
