import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GroupView, SiteView, WidgetStatus } from '#contract';
import { eventually, SeededRandom, sharedAmpel } from '#testing';
import { type Agent, type Device, Tenant, type Widget, type WidgetStream } from './client/index.js';

const CHANGES = 200;
const READERS = 6;

/** Seed of the story; a failing run prints it. */
const SEED = Math.floor(performance.timeOrigin) % 1_000_000;

describe('versions (targets I11)', () => {
  const place = sharedAmpel();
  const dice = new SeededRandom(SEED);
  let tenant: Tenant;
  let site: SiteView;
  let groups: GroupView[];
  let agents: { agent: Agent; device: Device }[];

  beforeAll(async () => {
    tenant = await Tenant.add(place);
    site = await tenant.addSite();
    groups = [await tenant.addGroup('DE'), await tenant.addGroup('EN')];
    agents = [];
    for (const membership of [[], groups.slice(0, 1), groups.slice(1)]) {
      const agent = await tenant.addAgent(membership);
      agents.push({ agent, device: await agent.signIn() });
    }
  });
  afterAll(() => tenant.close());

  /** What one reader of a box saw in all its streams and answers, in order. */
  interface Reader {
    readonly widget: Widget;
    stream: WidgetStream;
    readonly seen: WidgetStatus[];
  }

  it(`never decrease for any reader over ${CHANGES} random changes and reconnections, the final state is seen (seed ${SEED})`, async () => {
    const readers: Reader[] = [];
    for (let i = 0; i < READERS; i++) {
      const widget = tenant.widget(site, [undefined, ...groups][i % 3]);
      readers.push({ widget, stream: await widget.listen(), seen: [] });
    }
    for (let change = 0; change < CHANGES; change++) {
      await changeSomething();
      if (dice.chance(0.15)) await reconnect(dice.pick(readers));
      if (dice.chance(0.1)) await ask(dice.pick(readers));
    }
    for (const reader of readers) {
      const final = await reader.widget.status();
      await eventually(() => expect(reader.stream.last).toEqual(final));
      takeIn(reader);
      const versions = reader.seen.map(({ version }) => version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      for (const frame of reader.stream.events.frames) expect(frame.id).toBe(String(frame.data.version));
    }
    expect(Math.max(...readers.map(({ seen }) => seen.length))).toBeGreaterThan(CHANGES / 10); // it bit
  }, 60_000);

  async function changeSomething(): Promise<void> {
    const { agent, device } = dice.pick(agents);
    if (dice.chance(0.85)) return void (await device.click(dice.pick(['online', 'busy', 'offline'] as const)));
    if (dice.chance(0.5)) return void (await agent.putIntoGroups(dice.some(groups, 0.5).map(({ id }) => id), 'affects-all-groups'));
    await tenant.admin('PATCH', `/groups/${dice.pick(groups).id}`, { enabled: dice.chance(0.7) });
  }

  async function reconnect(reader: Reader): Promise<void> {
    reader.stream.close();
    takeIn(reader);
    reader.stream = await reader.widget.listen(reader.seen.at(-1)?.version);
  }

  /** An answer must not be older than a frame seen before it was asked for. */
  async function ask({ widget, stream }: Reader): Promise<void> {
    const { version } = stream.last;
    expect((await widget.status()).version).toBeGreaterThanOrEqual(version);
  }

  function takeIn({ stream, seen }: Reader): void {
    seen.push(...stream.events.frames.map(({ data }) => data));
  }
});
